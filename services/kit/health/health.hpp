#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit {

/// What this process depends on, and how that fares. Checks run one at a time on the thread that asks, at
/// most once a second each (the last result is used in between), so asking often costs nothing. Thread-safe.
class Health {
 public:
  struct Check {
    std::string name;  ///< "database", "broker", "user"
    bool required;     ///< without it this process cannot do its work: it is not ready
    /// Empty when well, else what is wrong in a few words. Must end within a second. No secrets.
    std::function<std::string()> probe;
  };

  void add(Check check);
  /// False from the moment that SIGTERM arrives.
  void set_accepting(bool accepting) { accepting_ = accepting; }
  bool accepting() const { return accepting_; }

  struct Report {
    bool ready;  ///< accepting, and every required check is well
    nlohmann::json
        body;  ///< {"status":"ok"|"degraded"|"unavailable","checks":{"database":{"status":"ok"},…}}
  };
  Report report();
  /// What `report` last found, without asking anybody: never blocks, so probes may have it from a reactor.
  /// Not ready before the first report.
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
