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

/// A service's own command: "grant" with the operands EMAIL and ROLE.
struct OwnCommand {
  std::string name;
  std::vector<std::string> operands;  ///< their names, for the usage line
};

/// Parses the command line (without the program's name); returns a line of text when it is wrong.
/// `config_variable` is the value of SHOPKEEPER_CONFIG, `own` the service's own commands.
std::variant<Invocation, std::string> parse_command(std::span<const char* const> arguments,
                                                    const std::string& config_variable,
                                                    std::span<const OwnCommand> own = {});

}  // namespace kit::runtime
