"""A local workspace that stands in for Slack's servers: strict, on loopback, for trying and tests.

It knows nothing of the rest of `bot`, of `jobs` and `knowledge`, as Slack does not.
`server.serve_workspace` starts one; what it yields, a `Workspace`, is where people act.

records      what a workspace holds, as frozen values: people, channels, messages, views
state        the memory they live in, and a feed of what changed
scenario     the sample company: who one can be, and where they talk
manifest     what the app's manifest lets it do, hear and offer
site         the parts of one workspace, as its methods, events and acts share them

api/         the Web API: one table of methods, and calls over HTTP
rules/       what Slack accepts in a message or a view
refusals     what it says no with
portraits    the values as Slack's JSON shows them

workspace    what people can do and see; inputs, forms, wording: what they choose, send, type
interaction  the payloads of what they press, submit and command
events       what the app hears of it
deliveries   bringing it there, over HTTP or sockets, with Slack's patience and retries
faults       what goes wrong on request; control: the levers for it over HTTP
server       starting and stopping; guard: for this computer alone

pages        the page in the browser: its routes; screens: what it shows, as values
rendering/   texts and blocks as HTML; templates/, static/: the page itself
gestures     what people do on the page; composing: names in what they type
"""
