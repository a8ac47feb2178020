"""The business: contacts, consent, threads, messages. Knows no supplier and no protocol."""
