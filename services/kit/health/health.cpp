#include "services/kit/health/health.hpp"

namespace kit {

void Health::add(Check check) {
  const std::lock_guard lock(lock_);
  checks_.push_back({std::move(check), {}, false, {}});
}

Health::Report Health::report() {
  using std::chrono::steady_clock;
  const std::lock_guard lock(lock_);
  bool started = true;
  bool required_well = true;
  bool all_well = true;
  nlohmann::json checks = nlohmann::json::object();
  for (auto& [check, error, has_passed, asked] : checks_) {
    if (asked == steady_clock::time_point{} || steady_clock::now() - asked >= std::chrono::seconds(1)) {
      error = check.probe();
      asked = steady_clock::now();
      has_passed = has_passed || error.empty();
    }
    checks[check.name] = error.empty() ? nlohmann::json{{"status", "ok"}}
                                       : nlohmann::json{{"status", "unavailable"}, {"detail", error}};
    all_well = all_well && error.empty();
    required_well = required_well && (error.empty() || !check.required);
    started = started && (has_passed || !check.required);
  }
  const char* status = !required_well ? "unavailable" : !all_well ? "degraded" : "ok";
  Report now{started, {{"status", status}, {"checks", std::move(checks)}}};
  {
    const std::lock_guard latest_lock(latest_lock_);
    latest_ = now;
  }
  now.ready = now.ready && accepting_;
  return now;
}

Health::Report Health::latest() const {
  const std::lock_guard lock(latest_lock_);
  auto now = latest_;
  now.ready = now.ready && accepting_;
  return now;
}

}  // namespace kit
