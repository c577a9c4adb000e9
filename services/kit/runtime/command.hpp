#pragma once
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace kit::runtime {

/// A command of the program: "grant" with the operands EMAIL and ROLE.
struct Command {
  std::string name;
  std::vector<std::string> operands = {};  ///< their names, for the usage line
};

struct Invocation {
  std::string command;                ///< its name
  std::string config;                 ///< path; empty: none
  std::vector<std::string> operands;  ///< of the command
};

/// Parses the command line (without the program's name); returns a line of text when it is wrong. Without a
/// command the first of `commands` is run. `config_variable` is the value of SHOPKEEPER_CONFIG.
std::variant<Invocation, std::string> parse_command(std::span<const char* const> arguments,
                                                    const std::string& config_variable,
                                                    std::span<const Command> commands);

}  // namespace kit::runtime
