#pragma once
#include "services/kit/temporary_folder.hpp"

#include <string>

namespace user {

/// A key pair for a service that was given none (on a laptop): made anew at each start, in a folder that only
/// we can read and that goes with the process. Tokens do not outlive it, and other services do not know its
/// keys unless they are given jwks_file().
class OwnKeys {
 public:
  /// Throws std::runtime_error, std::filesystem::filesystem_error.
  OwnKeys();

  std::string signing_file() const { return folder_ / "signing.json"; }
  std::string jwks_file() const { return folder_ / "jwks.json"; }

 private:
  kit::TemporaryFolder folder_;
};

}  // namespace user
