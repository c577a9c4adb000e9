#include "operator/shop/commands/plugin/options.hpp"

#include "operator/shop/commands/cli.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <set>

namespace shop::plugin {

const char* const usage =
    R"(kubectl shop status [NAME]             state of a Shop, or of all of the namespace
kubectl shop backup NAME [--timeout 10m]              makes a backup and waits until it is made
kubectl shop restore NEW --from NAME [--at TIME | --backup LABEL] [--host HOST] [--apply]
                                       prints, or with --apply creates, a Shop from the backups of another
kubectl shop logs NAME SERVICE [--follow] [--since 10m] [--tail N]
kubectl shop open NAME                 prints the Shop's URL
kubectl shop plan -f shop.yaml         what would change (exit code 0: nothing, 2: something)
kubectl shop completion bash
All take --kubeconfig FILE; all but plan take -n NAMESPACE and --context NAME. status and backup: --output json.
)";

namespace {

struct Command {
  std::size_t min, max;  ///< arguments without options
  std::set<std::string> options;
};

const std::map<std::string, Command>& commands() {
  static const std::map<std::string, Command> all{
      {"status", {0, 1, {"--output"}}},
      {"backup", {1, 1, {"--output", "--timeout"}}},
      {"restore", {1, 1, {"--from", "--at", "--backup", "--host", "--apply"}}},
      {"logs", {2, 2, {"--follow", "--since", "--tail"}}},
      {"open", {1, 1, {}}},
      {"completion", {1, 1, {}}},
      {"help", {0, 0, {}}}};
  return all;
}

int number(const std::string& name, const std::string& text) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    throw UsageError(name + " takes a number");
  return value;
}

std::chrono::seconds duration(const std::string& name, const std::string& text) {
  const auto value = parse_duration(text);
  if (!value) throw UsageError(name + " takes a time such as 30s, 10m or 2h");
  return *value;
}

using Setters = std::map<std::string, std::function<void(const std::string&)>>;

Setters setters(Options& out) {
  return {{"--kubeconfig", [&](auto& value) { out.kubeconfig = value; }},
          {"--context", [&](auto& value) { out.context = value; }},
          {"--namespace", [&](auto& value) { out.ns = value; }},
          {"--from", [&](auto& value) { out.from = value; }},
          {"--at", [&](auto& value) { out.at = value; }},
          {"--backup", [&](auto& value) { out.backup = value; }},
          {"--host", [&](auto& value) { out.host = value; }},
          {"--since", [&](auto& value) { out.since = duration("--since", value); }},
          {"--timeout", [&](auto& value) { out.timeout = duration("--timeout", value); }},
          {"--tail", [&](auto& value) { out.tail = number("--tail", value); }},
          {"--output", [&](auto& value) {
             if (value != "json") throw UsageError("--output takes json");
             out.json = true;
           }}};
}

/// The long name of an option.
std::string long_name(const std::string& name) {
  static const std::map<std::string, std::string> names{
      {"-n", "--namespace"}, {"-o", "--output"}, {"-f", "--follow"}};
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

/// Sets one option, and moves `at` past its value.
void read_option(const std::vector<std::string>& arguments, std::size_t& at, Options& out) {
  static const std::set<std::string> common{"--kubeconfig", "--context", "--namespace"};
  const auto& argument = arguments[at];
  const auto equals = argument.find('=');
  const auto name = long_name(argument.substr(0, equals));
  if (!common.contains(name) && !commands().at(out.command).options.contains(name))
    throw UsageError("no such option of " + out.command + ": " + name);
  if (name == "--follow" || name == "--apply") {
    if (equals != std::string::npos) throw UsageError(name + " takes no value");
    (name == "--follow" ? out.follow : out.apply) = true;
    return;
  }
  if (equals == std::string::npos && ++at == arguments.size()) throw UsageError(name + " takes a value");
  setters(out).at(name)(equals == std::string::npos ? arguments[at] : argument.substr(equals + 1));
}

void check(const Options& out) {
  if (out.command == "completion" && out.name != "bash") throw UsageError("completion knows bash only");
  if (out.command != "restore") return;
  if (out.from.empty()) throw UsageError("restore needs --from NAME, the Shop whose backups are restored");
  if (out.from == out.name)
    throw UsageError("restore makes a new Shop: give it another name than " + out.from);
  if (!out.at.empty() && !out.backup.empty())
    throw UsageError("restore takes either --at or --backup, not both");
  if (!out.at.empty() && !kit::parse_rfc3339(out.at))
    throw UsageError("--at takes a time of RFC 3339 such as 2026-01-31T12:00:00Z");
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 1 || value > 1'000'000) return std::nullopt;
  const std::string unit(end, text.data() + text.size());
  if (unit.empty() || unit == "s") return std::chrono::seconds(value);
  if (unit == "m") return std::chrono::minutes(value);
  if (unit == "h") return std::chrono::hours(value);
  return std::nullopt;
}

Options parse(const std::vector<std::string>& arguments) {
  Options out;
  out.command = arguments.empty() || arguments[0] == "-h" || arguments[0] == "--help" ? "help" : arguments[0];
  if (out.command == "plan") {
    out.arguments = arguments;
    return out;
  }
  const auto command = commands().find(out.command);
  if (command == commands().end()) throw UsageError("no such command: " + out.command);
  std::vector<std::string> names;
  for (std::size_t at = 1; at < arguments.size(); ++at) {
    if (arguments[at].starts_with('-'))
      read_option(arguments, at, out);
    else
      names.push_back(arguments[at]);
  }
  if (names.size() < command->second.min) throw UsageError(out.command + " needs more arguments");
  if (names.size() > command->second.max) throw UsageError(out.command + " does not take " + names.back());
  if (!names.empty()) out.name = names[0];
  if (names.size() > 1) out.service = names[1];
  check(out);
  return out;
}

}  // namespace shop::plugin
