#include "services/order/tracking/seats.hpp"

#include "services/kit/error/problem.hpp"

namespace order {
namespace {

constexpr int COME_BACK_S = 5;

}  // namespace

Seats::Seat Seats::take(kit::UserId user) {
  {
    const std::lock_guard guard(lock_);
    if (taken_ >= limits_.streams) throw kit::problem::overloaded(COME_BACK_S);
    int& of_user = by_user_[user.value];
    if (of_user >= limits_.per_user)
      throw kit::Problem(429, "Too many streams",
                         "At most " + std::to_string(limits_.per_user) + " streams of events at once.")
          .header("Retry-After", std::to_string(COME_BACK_S));
    ++of_user;
    ++taken_;
  }
  return Seat(nullptr, [this, user](void*) { give_back(user); });  // called also when it cannot be made
}

void Seats::give_back(kit::UserId user) {
  const std::lock_guard guard(lock_);
  --taken_;
  const auto found = by_user_.find(user.value);
  if (--found->second == 0) by_user_.erase(found);
}

int Seats::taken() const {
  const std::lock_guard guard(lock_);
  return taken_;
}

}  // namespace order
