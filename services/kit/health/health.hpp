#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit {

/// The health of this process's dependencies. Checks run one after the other on the calling thread, each at
/// most once a second (the last result is used in between). Thread-safe.
class Health {
 public:
  struct Check {
    std::string name;  ///< "database", "broker", "user"
    bool required;     ///< the process is not ready while it fails
    /// Returns "" when healthy, else a short reason without secrets. Must end within a second.
    std::function<std::string()> probe;
  };

  void add(Check check);
  /// False after SIGTERM.
  void set_accepting(bool accepting) { accepting_ = accepting; }
  bool accepting() const { return accepting_; }

  struct Report {
    bool ready;  ///< accepting, and every required check passes
    nlohmann::json
        body;  ///< {"status":"ok"|"degraded"|"unavailable","checks":{"database":{"status":"ok"},…}}
  };
  Report report();
  /// The last report, without running checks: never blocks. Not ready before the first report.
  Report latest() const;

 private:
  struct State {
    Check check;
    std::string error;
    std::chrono::steady_clock::time_point asked{};
  };
  std::atomic<bool> accepting_{true};
  std::mutex lock_;
  std::vector<State> checks_;
  mutable std::mutex latest_lock_;
  Report latest_{false, {{"status", "unavailable"}, {"checks", nlohmann::json::object()}}};
};

}  // namespace kit
