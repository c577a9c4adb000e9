#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

/// JSON lines on standard error:
/// {"time":…,"level":…,"service":…,"message":…,"request_id":…,"trace_id":…,…fields}. Thread-safe. Never give
/// it a secret, a token, a password or a whole request body.
namespace kit::log {

enum class Level { Debug, Info, Warn, Error };

using Fields = std::initializer_list<std::pair<std::string_view, nlohmann::json>>;

/// Once, first thing in main.
void configure(std::string_view service, Level level);
/// "debug", "info", "warn", "error"; returns false for anything else. May be called at any time.
bool set_level(std::string_view name);
std::string_view level_name();

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

/// Adds the ids to this thread's log lines for its lifetime.
class Scope {
 public:
  Scope(std::string request_id, std::string trace_id);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  std::string previous_request_;
  std::string previous_trace_;
};

}  // namespace kit::log
