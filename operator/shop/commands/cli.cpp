#include "operator/shop/commands/cli.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <sstream>

namespace shop {

const char* const usage =
    R"(shopkeeper-operator run [--namespaces a,b] [--address 0.0.0.0] [--port 9090] [--leader-elect=true|false]
                        [--lease-namespace NS] [--lease-name shopkeeper-operator] [--workers 2] [--log-level info]
                        [--claim-expiry 120]
shopkeeper-operator plan -f shop.yaml [--output text|json] [--field-manager NAME]
                        what `kubectl apply` and the next reconcile would change (exit code 0: nothing, 2: something)
shopkeeper-operator crd apply [-f FILE] installs or updates the Shop custom resource, and rewrites Shops stored in an earlier version
shopkeeper-operator version
All take --kubeconfig FILE (else KUBECONFIG, a pod's own credentials, ~/.kube/config).
)";

namespace {

using Setters = std::map<std::string, std::function<void(const std::string& value)>>;

int integer(const std::string& name, const std::string& text, int min, int max) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    throw UsageError(name + " takes a number from " + std::to_string(min) + " to " + std::to_string(max));
  return value;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> result;
  std::stringstream stream(text);
  for (std::string each; std::getline(stream, each, ',');)
    if (!each.empty()) result.push_back(each);
  return result;
}

Setters setters(Options& options) {
  Setters result;
  result["--kubeconfig"] = [&](const std::string& value) { options.kubeconfig = value; };
  if (options.command == Options::Command::Plan || options.command == Options::Command::CrdApply) {
    result["-f"] = result["--filename"] = [&](const std::string& value) { options.file = value; };
  }
  if (options.command == Options::Command::Plan) {
    result["-o"] = result["--output"] = [&](const std::string& value) {
      if (value != "text" && value != "json") throw UsageError("--output takes text or json");
      options.output = value;
    };
    result["--field-manager"] = [&](const std::string& value) { options.field_manager = value; };
  }
  if (options.command != Options::Command::Run) return result;
  result["--namespaces"] = [&](const std::string& value) { options.namespaces = split(value); };
  result["--address"] = [&](const std::string& value) { options.address = value; };
  result["--port"] = [&](const std::string& value) { options.port = integer("--port", value, 0, 65535); };
  result["--workers"] = [&](const std::string& value) {
    options.workers = integer("--workers", value, 1, 64);
  };
  result["--lease-namespace"] = [&](const std::string& value) { options.lease_namespace = value; };
  result["--lease-name"] = [&](const std::string& value) { options.lease_name = value; };
  result["--claim-expiry"] = [&](const std::string& value) {
    options.claim_expiry = integer("--claim-expiry", value, 1, 86400);
  };
  result["--log-level"] = [&](const std::string& value) { options.log_level = value; };
  result["--leader-elect"] = [&](const std::string& value) {
    if (value != "true" && value != "false") throw UsageError("--leader-elect takes true or false");
    options.leader_elect = value == "true";
  };
  return result;
}

/// Reads the command and returns the index of its first option.
std::size_t read_command(const std::vector<std::string>& arguments, Options& options) {
  using Command = Options::Command;
  const std::string first = arguments.empty() ? "help" : arguments[0];
  if (first == "crd") {
    if (arguments.size() < 2 || arguments[1] != "apply") throw UsageError("crd knows one command: apply");
    options.command = Command::CrdApply;
    return 2;
  }
  static const std::map<std::string, Command> commands{{"run", Command::Run},         {"plan", Command::Plan},
                                                       {"version", Command::Version}, {"help", Command::Help},
                                                       {"--help", Command::Help},     {"-h", Command::Help}};
  auto it = commands.find(first);
  if (it == commands.end()) throw UsageError("no such command: " + first);
  options.command = it->second;
  return 1;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  auto at = read_command(arguments, options);
  auto known = setters(options);
  for (; at < arguments.size(); ++at) {
    auto name = arguments[at];
    std::optional<std::string> value;
    if (auto equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.erase(equals);
    }
    auto setter = known.find(name);
    if (setter == known.end()) throw UsageError("no such option here: " + name);
    if (!value) {
      if (++at >= arguments.size()) throw UsageError(name + " takes a value");
      value = arguments[at];
    }
    setter->second(*value);
  }
  if (options.command == Options::Command::Plan && options.file.empty())
    throw UsageError("plan needs -f FILE");
  return options;
}

}  // namespace shop
