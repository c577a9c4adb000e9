#include "services/kit/runtime/command.hpp"

#include <algorithm>
#include <string_view>

namespace kit::runtime {
namespace {

std::string usage(std::span<const Command> commands) {
  std::string out = "usage: [";
  for (const auto& command : commands) {
    out += (&command == &commands.front() ? "" : " | ") + command.name;
    for (const auto& operand : command.operands) out += " " + operand;
  }
  return out + "] [--config FILE]";
}

}  // namespace

std::variant<Invocation, std::string> parse_command(std::span<const char* const> arguments,
                                                    const std::string& config_variable,
                                                    std::span<const Command> commands) {
  Invocation out{commands.front().name, config_variable, {}};
  const Command* taken = nullptr;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i] == std::string_view("--version") ? "version" : arguments[i];
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& command) { return command.name == word; });
    if (word == "--config") {
      if (++i == arguments.size()) return "--config wants a file; " + usage(commands);
      out.config = arguments[i];
    } else if (taken && out.operands.size() < taken->operands.size()) {
      out.operands.emplace_back(word);
    } else if (!taken && found != commands.end()) {
      taken = &*found;
      out.command = word;
    } else {
      return "\"" + std::string(word) + "\" is not understood; " + usage(commands);
    }
  }
  if (taken && out.operands.size() < taken->operands.size())
    return out.command + " wants " + taken->operands[out.operands.size()] + "; " + usage(commands);
  return out;
}

}  // namespace kit::runtime
