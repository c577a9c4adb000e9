#include "services/kit/runtime/command.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace kit::runtime {
namespace {

std::string usage(std::span<const OwnCommand> own) {
  std::string out = "usage: [serve | migrate | sample-data | check-config | version";
  for (const auto& command : own) {
    out += " | " + command.name;
    for (const auto& operand : command.operands) out += " " + operand;
  }
  return out + "] [--config FILE]";
}

std::optional<Command> command_of(std::string_view word) {
  if (word == "serve") return Command::Serve;
  if (word == "migrate") return Command::Migrate;
  if (word == "sample-data") return Command::SampleData;
  if (word == "check-config") return Command::CheckConfig;
  if (word == "version" || word == "--version") return Command::Version;
  return std::nullopt;
}

}  // namespace

std::variant<Invocation, std::string> parse_command(std::span<const char* const> arguments,
                                                    const std::string& config_variable,
                                                    std::span<const OwnCommand> own) {
  Invocation out{Command::Serve, config_variable, {}, {}};
  const OwnCommand* taken = nullptr;
  bool named = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    const auto found =
        std::find_if(own.begin(), own.end(), [&](const OwnCommand& one) { return one.name == word; });
    if (word == "--config") {
      if (++i == arguments.size()) return "--config wants a file; " + usage(own);
      out.config = arguments[i];
    } else if (taken && out.operands.size() < taken->operands.size()) {
      out.operands.emplace_back(word);
    } else if (const auto command = command_of(word); command && !named) {
      out.command = *command;
      named = true;
    } else if (found != own.end() && !named) {
      out.command = Command::Own;
      out.own = word;
      taken = &*found;
      named = true;
    } else {
      return "\"" + std::string(word) + "\" is not understood; " + usage(own);
    }
  }
  if (taken && out.operands.size() < taken->operands.size())
    return out.own + " wants " + taken->operands[out.operands.size()] + "; " + usage(own);
  return out;
}

}  // namespace kit::runtime
