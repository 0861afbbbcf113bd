"""Who is told what, and when. Empty until a journey needs it."""
