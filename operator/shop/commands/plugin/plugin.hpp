#pragma once
#include "operator/shop/desired/inputs.hpp"

#include <optional>
#include <string>
#include <vector>

/// `kubectl shop`: the program when its name is kubectl-shop, or after the argument "kubectl".
namespace shop::plugin {

/// The arguments of the plugin when the program was started as such; else nullopt. `arguments` include the
/// program's name.
std::optional<std::vector<std::string>> arguments(const std::vector<std::string>& arguments);

/// Runs the command and returns its exit code; 64 for wrong usage. Writes to standard output and error.
int run(const std::vector<std::string>& arguments, const Settings& settings);

/// Whether each server of the Shop has made the backup that was requested with this text. Pure.
bool backup_made(const kube::Object& shop, const std::string& request);

/// The completion of kubectl, a program for bash.
extern const char* const bash_completion;

}  // namespace shop::plugin
