#include "services/kit/app/command.hpp"

#include <optional>
#include <string_view>

namespace kit::app {
namespace {

constexpr std::string_view USAGE =
    "usage: [serve | migrate | sample-data | check-config | version] [--config FILE]";

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
                                                    const std::string& config_variable) {
  Invocation out{Command::Serve, config_variable};
  bool named = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (word == "--config") {
      if (++i == arguments.size()) return "--config wants a file; " + std::string(USAGE);
      out.config = arguments[i];
    } else if (const auto command = command_of(word); command && !named) {
      out.command = *command;
      named = true;
    } else {
      return "\"" + std::string(word) + "\" is not understood; " + std::string(USAGE);
    }
  }
  return out;
}

}  // namespace kit::app
