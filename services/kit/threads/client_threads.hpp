#pragma once
#include <pplx/threadpool.h>

namespace kit::http {

/// Keeps cpprestsdk to 2 threads for its I/O instead of 40, which cost memory and do nothing more: its work
/// never waits, and the more of them there are, the more often they wake each other. Call it before the first
/// client is made; the constructors of our clients do. Thread-safe.
inline void limit_client_threads() {
  [[maybe_unused]] static const bool once = [] {
    crossplat::threadpool::initialize_with_threads(2);
    return true;
  }();
}

}  // namespace kit::http
