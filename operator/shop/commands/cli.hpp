#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace shop {

/// An invalid command line; the program exits with 64 (EX_USAGE).
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  enum class Command { Run, Plan, CrdApply, Version, Help };
  Command command = Command::Help;
  std::string kubeconfig;
  // run
  std::vector<std::string> namespaces;  ///< empty: all
  std::string address = "0.0.0.0";
  int port = 9090;
  bool leader_elect = true;
  std::string lease_namespace;  ///< empty: POD_NAMESPACE, else the credentials'
  std::string lease_name = "shopkeeper-operator";
  int workers = 2;
  int claim_expiry = 120;  ///< seconds; see ClaimOptions::expiry
  std::string log_level = "info";
  // plan; crd apply, where empty means the definition in this program
  std::string file;
  // plan
  std::string output = "text";  ///< or "json"
  std::string field_manager;    ///< empty: as `kubectl apply` without that option
};

/// `arguments` without the program's name. Throws UsageError.
Options parse_options(const std::vector<std::string>& arguments);
extern const char* const usage;

}  // namespace shop
