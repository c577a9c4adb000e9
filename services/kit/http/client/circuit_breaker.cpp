#include "services/kit/http/client/circuit_breaker.hpp"

#include <algorithm>

namespace kit::http {

bool CircuitBreaker::allow(Clock::time_point now) {
  const std::lock_guard guard(lock_);
  if (failures_ < options_.failures) return true;
  if (now < open_until_ || probing_) return false;
  probing_ = true;
  return true;
}

void CircuitBreaker::succeeded() {
  const std::lock_guard guard(lock_);
  failures_ = 0;
  probing_ = false;
  pause_ = options_.first;
}

void CircuitBreaker::undecided() {
  const std::lock_guard guard(lock_);
  probing_ = false;  // the next call is the probe
}

void CircuitBreaker::failed(Clock::time_point now) {
  const std::lock_guard guard(lock_);
  const bool was_open = failures_ >= options_.failures;
  if (!was_open && ++failures_ < options_.failures) return;
  // Late failures of calls from before it opened do not count; only a failed probe does.
  if (was_open && !probing_) return;
  if (was_open) pause_ = std::min(pause_ * 2, options_.limit);
  probing_ = false;
  open_until_ = now + pause_;
}

}  // namespace kit::http
