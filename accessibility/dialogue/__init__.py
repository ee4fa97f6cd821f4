"""Talking with a rider, whatever the channel: pure steps (state, input) -> (state, reply, action).

A channel brings an `Ears` (how the district's names are understood), a `Manner` (how it asks) and a wording (how a `Say`
sounds or reads). What happens is the same everywhere:

    dialogue = Dialogue(ears, manner)
    step = dialogue.begin(caller, now)                 # or dialogue.step(state, Heard(text="morgen um neun nach Klötze"), now)
    while step.action is not None:                     # the runner asks the desk, and tells the dialogue what came back
        step = dialogue.step(step.state, Done(result_of(step.action)), now)
    wording(step.reply)                                # what to say now; step.reply.is_over ends the call

- `state.py`: what is remembered between two inputs; `stored.to_document` and `from_document` make JSON of it and back.
- `heard.py`: what comes in. `actions.py`: what the desk is asked, and which result each action wants.
- `saying.py`: what to say, as codes with facts, never as text: texts belong to the channels.
- `dialogue.py` leads; `gathering.py` fills the wish in, `offering.py` reads offers and refusals out, `riding.py` is about
  booked rides, `persons.py` hands over to a person.

There is no network, no database and no clock in here. The same state, input and moment give the same step.
"""
