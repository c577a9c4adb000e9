#pragma once
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace kit::runtime {

enum class Command { Serve, Migrate, SampleData, CheckConfig, Version, Own };

struct Invocation {
  Command command = Command::Serve;
  std::string config;                 ///< path; empty: none
  std::string own;                    ///< Command::Own: which
  std::vector<std::string> operands;  ///< of it
};

/// A command that one service has beside those of all: "grant" with the operands EMAIL and ROLE.
struct OwnCommand {
  std::string name;
  std::vector<std::string> operands;  ///< their names, for the usage line
};

/// What was asked on the command line (without the program's name), or one line that says what is wrong with
/// it. `config_variable` is SHOPKEEPER_CONFIG's value, `own` the commands that only this service has.
std::variant<Invocation, std::string> parse_command(std::span<const char* const> arguments,
                                                    const std::string& config_variable,
                                                    std::span<const OwnCommand> own = {});

}  // namespace kit::runtime
