"""What is kept, and how: tables, encryption at rest, the audit chain, retention."""
