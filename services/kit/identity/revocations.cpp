#include "services/kit/identity/revocations.hpp"

#include "services/kit/log/log.hpp"

#include <mutex>

namespace kit::identity {
Revocations::Revocations(Source source, Metrics& metrics, std::chrono::milliseconds pause,
                         std::chrono::milliseconds jitter)
    : source_(std::move(source)),
      known_(metrics.gauge("revocations_known", "Sessions and users whose access tokens are refused.")),
      failures_(metrics.counter("revocations_failures_total", "Failed reads of the list of revoked tokens.")),
      heard_(Clock::now().time_since_epoch().count()) {
  auto& age = metrics.gauge("revocations_age_seconds",
                            "Age of the list of revoked tokens; tokens revoked since are still accepted.");
  const auto known_since = [this] { return Clock::time_point(Clock::duration(heard_.load())); };
  ask();
  periodic_.emplace(Periodic::Options{pause, pause, "revocations are not available", jitter},
                    [this, &age, known_since](const std::stop_token&) {
                      ask();
                      age.Set(std::chrono::duration<double>(Clock::now() - known_since()).count());
                    });
}

void Revocations::ask() {
  const auto now = Clock::now();
  try {
    const auto list = source_(next_);
    take(list, now + KEEP);
    next_ = list.next;
    heard_ = now.time_since_epoch().count();
    if (std::exchange(away_, false)) log::info("revoked tokens are known again");
  } catch (const std::exception& e) {
    failures_.Increment();
    if (!std::exchange(away_, true))
      log::warn(
          "the list of revoked tokens cannot be had; tokens revoked from now on are taken until they expire",
          {{"error", e.what()}});
  }
  forget(now);
}

void Revocations::take(const RevocationList& list, Clock::time_point until) {
  const std::lock_guard guard(lock_);
  for (const auto& session : list.sessions) sessions_.try_emplace(session, until);
  for (const auto& user : list.users) {
    auto& known = users_[user.id];
    if (user.issued_before > known.issued_before) known = {user.issued_before, until};
  }
}

void Revocations::forget(Clock::time_point now) {
  const std::lock_guard guard(lock_);
  std::erase_if(sessions_, [now](const auto& one) { return one.second < now; });
  std::erase_if(users_, [now](const auto& one) { return one.second.until < now; });
  known_.Set(static_cast<double>(sessions_.size() + users_.size()));
}

bool Revocations::revoked(const Principal& who) const {
  const std::shared_lock guard(lock_);
  if (sessions_.contains(who.session)) return true;
  const auto found = users_.find(who.user);
  return found != users_.end() && who.issued_at < found->second.issued_before;
}

}  // namespace kit::identity
