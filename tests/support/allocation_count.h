#pragma once

// Linked into a test program, this counts what it allocates, so that a test can hold a hot path to its word.

#include <cstddef>

namespace playhead::test {

// Calls of operator new so far, of every thread. Any thread may call.
std::size_t allocation_count();

}  // namespace playhead::test
