"""One text to many: written down, sent out little by little, and stopped at any moment.

Nothing here lets a text leave: each recipient is put to the gate when their text is made, and the
text again when it leaves.
"""
