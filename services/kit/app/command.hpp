#pragma once
#include <span>
#include <string>
#include <variant>

namespace kit::app {

enum class Command { Serve, Migrate, SampleData, CheckConfig, Version };

struct Invocation {
  Command command = Command::Serve;
  std::string config;  ///< path; empty: none
};

/// What was asked on the command line (without the program's name), or one line that says what is wrong with
/// it. `config_variable` is SHOPKEEPER_CONFIG's value.
std::variant<Invocation, std::string> parse_command(std::span<const char* const> arguments,
                                                    const std::string& config_variable);

}  // namespace kit::app
