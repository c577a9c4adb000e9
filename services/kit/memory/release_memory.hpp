#pragma once

namespace kit {

/// Gives back what the process does not use at present: free pages of the heap, and the resident pages of the
/// program and its libraries. The kernel maps the latter again, from its page cache, when they are used; most
/// of them ran only while the process started. Thread-safe; takes about a millisecond.
void release_memory();

}  // namespace kit
