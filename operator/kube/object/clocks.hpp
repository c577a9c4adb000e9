#pragma once
#include <chrono>
#include <functional>

namespace kube {

/// The clocks that a component reads; tests replace them.
struct Clocks {
  std::function<std::chrono::steady_clock::time_point()> steady = std::chrono::steady_clock::now;
  std::function<std::chrono::system_clock::time_point()> wall = std::chrono::system_clock::now;
};

}  // namespace kube
