#include "services/kit/log/log.hpp"

#include "services/kit/time/rfc3339.hpp"

#include <array>
#include <chrono>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace kit::log {
namespace {

constexpr std::array<std::string_view, 4> NAMES = {"debug", "info", "warn", "error"};
constexpr std::array<spdlog::level::level_enum, 4> LEVELS = {spdlog::level::debug, spdlog::level::info,
                                                             spdlog::level::warn, spdlog::level::err};

struct State {
  std::shared_ptr<spdlog::logger> logger;
  std::string service = "shopkeeper";
};

/// Function-local, so that static initialisers can log.
State& state() {
  static State it = [] {
    // The line is our own JSON, without a prefix.
    auto logger =
        std::make_shared<spdlog::logger>("shopkeeper", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    return State{std::move(logger)};
  }();
  return it;
}

thread_local std::string current_request;
thread_local std::string current_trace;

void write(Level level, std::string_view message, Fields fields) {
  auto& [logger, service] = state();
  const auto index = static_cast<std::size_t>(level);
  if (!logger->should_log(LEVELS[index])) return;
  nlohmann::ordered_json line;
  line["time"] = rfc3339(std::chrono::system_clock::now());
  line["level"] = NAMES[index];
  line["service"] = service;
  line["message"] = message;
  if (!current_request.empty()) line["request_id"] = current_request;
  if (!current_trace.empty()) line["trace_id"] = current_trace;
  for (const auto& [key, value] : fields) line[std::string(key)] = value;
  // External text may be invalid UTF-8; logging must not throw.
  logger->log(LEVELS[index], line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace

void configure(std::string_view service, Level level) {
  state().service = service;
  state().logger->set_level(LEVELS[static_cast<std::size_t>(level)]);
  state().logger->flush_on(spdlog::level::debug);
}

bool set_level(std::string_view name) {
  for (std::size_t i = 0; i < NAMES.size(); ++i) {
    if (NAMES[i] != name) continue;
    state().logger->set_level(LEVELS[i]);
    return true;
  }
  return false;
}

std::string_view level_name() {
  for (std::size_t i = 0; i < LEVELS.size(); ++i) {
    if (LEVELS[i] == state().logger->level()) return NAMES[i];
  }
  return "info";
}

void debug(std::string_view message, Fields fields) { write(Level::Debug, message, fields); }
void info(std::string_view message, Fields fields) { write(Level::Info, message, fields); }
void warn(std::string_view message, Fields fields) { write(Level::Warn, message, fields); }
void error(std::string_view message, Fields fields) { write(Level::Error, message, fields); }

Scope::Scope(std::string request_id, std::string trace_id)
    : previous_request_(std::exchange(current_request, std::move(request_id))),
      previous_trace_(std::exchange(current_trace, std::move(trace_id))) {}

Scope::~Scope() {
  current_request = std::move(previous_request_);
  current_trace = std::move(previous_trace_);
}

}  // namespace kit::log
