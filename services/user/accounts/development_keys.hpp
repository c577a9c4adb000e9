#pragma once
#include "services/kit/temporary_folder.hpp"

#include <string>

namespace user {

/// A key pair for development, where no key files are configured: generated at each start, in a folder that
/// only this user can read and that is removed with the process. Other services accept its tokens only if
/// they get jwks_file().
class DevelopmentKeys {
 public:
  /// Throws std::runtime_error, std::filesystem::filesystem_error.
  DevelopmentKeys();

  std::string signing_file() const { return folder_ / "signing.json"; }
  std::string jwks_file() const { return folder_ / "jwks.json"; }

 private:
  kit::TemporaryFolder folder_;
};

}  // namespace user
