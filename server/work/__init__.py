"""Work that no request waits for: pictures, callbacks, deadlines, erasure."""
