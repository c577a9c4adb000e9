#include "services/order/tracking/stream_limits.hpp"

#include "services/kit/error/problem.hpp"

namespace order {
namespace {

constexpr int RETRY_AFTER_S = 5;

}  // namespace

StreamLimits::Slot StreamLimits::acquire(kit::UserId user) {
  {
    const std::lock_guard guard(lock_);
    if (open_ >= limits_.streams) throw kit::problem::overloaded(RETRY_AFTER_S);
    int& of_user = by_user_[user.value];
    if (of_user >= limits_.per_user)
      throw kit::Problem(429, "Too many streams",
                         "At most " + std::to_string(limits_.per_user) + " streams of events at once.")
          .header("Retry-After", std::to_string(RETRY_AFTER_S));
    ++of_user;
    ++open_;
  }
  return Slot(nullptr,
              [this, user](void*) { release(user); });  // also called when the slot cannot be allocated
}

void StreamLimits::release(kit::UserId user) {
  const std::lock_guard guard(lock_);
  --open_;
  const auto found = by_user_.find(user.value);
  if (--found->second == 0) by_user_.erase(found);
}

int StreamLimits::open() const {
  const std::lock_guard guard(lock_);
  return open_;
}

}  // namespace order
