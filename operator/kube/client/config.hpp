#pragma once
#include <stdexcept>
#include <string>

namespace kube {

/// An error in the credentials. It names file and key, never a secret's value.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A text, or a file that is read when it is needed because it may change.
struct Source {
  std::string text;
  std::string file;
  bool empty() const { return text.empty() && file.empty(); }
  /// Throws ConfigError when the file cannot be read.
  std::string read() const;
};

/// The API server and our credentials.
struct Config {
  std::string server;          ///< "https://10.96.0.1:443"
  std::string ns = "default";  ///< the namespace of the pod or context
  Source ca;                   ///< PEM; empty: the system's authorities
  Source client_certificate;   ///< PEM chain
  Source client_key;           ///< PEM
  Source token;                ///< bearer; a file is read again every minute and after a 401
  bool insecure = false;       ///< without verification of the server's certificate
};

/// A pod's: KUBERNETES_SERVICE_HOST and _PORT, and the files that the kubelet mounts in `folder`. Throws
/// ConfigError.
Config in_cluster(const std::string& folder = "/var/run/secrets/kubernetes.io/serviceaccount");

/// A kubeconfig's `context` (current-context when empty). Certificates, keys and tokens, inline or as files
/// (relative to `folder`). What is not supported is an error that names it: exec plugins, auth providers,
/// passwords, impersonation, proxies, tls-server-name. Errors begin with `origin`.
Config parse_kubeconfig(const std::string& text, const std::string& origin, const std::string& folder,
                        const std::string& context = {});

/// `path` when it is not empty, else the first existing file of KUBECONFIG, else a pod's, else
/// ~/.kube/config.
Config load_config(const std::string& path = {}, const std::string& context = {});

/// A file's whole text. Throws ConfigError that names it.
std::string read_file(const std::string& path);

}  // namespace kube
