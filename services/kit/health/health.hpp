#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit {

/// The health of this process's dependencies, and its readiness. Checks run one after the other on the
/// calling thread, each at most once a second (the last result is used in between). Thread-safe.
///
/// Readiness does not follow health: an outage of the database makes all replicas fail their checks at the
/// same time, and without a ready pod clients get no response at all, also for some seconds after the outage.
/// A process that has started can respond from caches, and with 503 and Retry-After. Required checks only
/// keep requests from a process that could never work, such as a new version with a wrong database URL.
class Health {
 public:
  struct Check {
    std::string name;  ///< "database", "broker", "user"
    bool required;     ///< the process is not ready before it has passed once
    /// Returns "" when healthy, else a short reason without secrets. Must end within a second.
    std::function<std::string()> probe;
  };

  void add(Check check);
  /// False after SIGTERM.
  void set_accepting(bool accepting) { accepting_ = accepting; }
  bool accepting() const { return accepting_; }

  struct Report {
    bool ready;  ///< accepting, and every required check has passed once
    /// {"status":"ok"|"degraded"|"unavailable","checks":{"database":{"status":"ok"},…}}; "unavailable" while
    /// a required check fails.
    nlohmann::json body;
  };
  Report report();
  /// The last report, without running checks: never blocks. Not ready before the first report.
  Report latest() const;

 private:
  struct State {
    Check check;
    std::string error;
    bool has_passed = false;
    std::chrono::steady_clock::time_point asked{};
  };
  std::atomic<bool> accepting_{true};
  std::mutex lock_;
  std::vector<State> checks_;
  mutable std::mutex latest_lock_;
  Report latest_{false, {{"status", "unavailable"}, {"checks", nlohmann::json::object()}}};
};

}  // namespace kit
