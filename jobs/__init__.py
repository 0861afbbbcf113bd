"""Who is told what, and when: each once, whatever fails in between."""
