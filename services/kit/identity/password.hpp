#pragma once
#include "services/kit/metrics/metrics.hpp"

#include <atomic>
#include <semaphore>
#include <string>
#include <string_view>

namespace kit::identity {

/// argon2id by libsodium, t=2, m=19 MiB (OWASP's password storage cheat sheet), in its PHC string form. 12.5
/// ms each; at most `at_once` run at a time and `waiting` wait, further calls are refused (503 with
/// Retry-After). Thread-safe. Never on a reactor. Metrics: password_hashes_running, password_hashes_waiting,
/// password_hashes_refused_total.
class Passwords {
 public:
  explicit Passwords(Metrics& metrics, int at_once = 2, int waiting = 4);
  /// Both throw Problem 503 when too many wait.
  std::string hash(std::string_view password) const;
  /// Takes as long for a missing hash (empty) as for a wrong password, so that timing reveals nothing.
  bool matches(std::string_view hash, std::string_view password) const;

 private:
  class Slot;

  mutable std::counting_semaphore<> free_;
  const int waiting_allowed_;
  mutable std::atomic<int> waiting_{0};
  prometheus::Gauge& running_gauge_;
  prometheus::Gauge& waiting_gauge_;
  prometheus::Counter& refused_;
  std::string nobodys_;  ///< compared with when there is no hash
};

}  // namespace kit::identity
