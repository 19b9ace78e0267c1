"""What moderation is: posts taken in, read, decided, appealed against, erased. No HTTP in here."""
