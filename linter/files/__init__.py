"""Attachments in, what they hold out: decoding, metadata, codes, text, faces. Image libraries stay in this package."""
