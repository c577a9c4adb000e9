#pragma once
#include "operator/kube/client/client.hpp"
#include "operator/shop/commands/cli.hpp"
#include "operator/shop/desired/inputs.hpp"

#include <stop_token>
#include <string>

/// The program's commands. Each returns its exit code.
namespace shop {

/// SHOPKEEPER_DEFAULT_REGISTRY and _TAG, else "shopkeeper" and `version`.
Settings settings_from_environment(const std::string& version);

/// Runs the operator until `stop`.
int run_command(const Options& options, const Settings& settings, const std::stop_token& stop);

/// Prints what would change to standard output; 0 without changes, else 2.
int plan_command(const Options& options, const Settings& settings);

/// Applies the CRD and waits, at most 30 s, until it is established.
int crd_apply_command(const Options& options);

}  // namespace shop
