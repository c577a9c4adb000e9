#pragma once
#include <pplx/threadpool.h>

namespace kit::http {

/// Limits cpprestsdk to 2 I/O threads instead of 40, which only cost memory and wake-ups, since its work
/// never blocks. To be called before the first client is made, as the constructors of our clients do.
/// Thread-safe.
inline void limit_client_threads() {
  [[maybe_unused]] static const bool once = [] {
    crossplat::threadpool::initialize_with_threads(2);
    return true;
  }();
}

}  // namespace kit::http
