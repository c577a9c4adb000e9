#pragma once
#include "operator/shop/credentials/generate.hpp"
#include "operator/shop/spec/spec.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace shop {

/// Each service has two login roles, "a" (its owner role) and "b" (a member of it), and uses one. A rotation
/// gives the other one a new password and makes it the one in use; once no pod uses the former, that gets a
/// password that nobody knows. The Passwords hold both passwords ("user", "user-b") and, under "role",
/// "rotation", "retiring" and "switched-at", the state.
///
/// The role that a service logs in as, and its password.
std::string login_role(const Passwords& passwords, Service service);
const std::string& login_password(const Passwords& passwords, Service service);
/// The name under which Passwords hold the password of role "b".
std::string second_password(Service service);

/// What a step of the rotation looks at. Times in Unix seconds.
struct RotationView {
  std::string request;  ///< a new text starts a rotation
  std::int64_t now = 0;
  std::function<bool()> connections_switched;  ///< whether every service's Secret names the role in use
  std::function<bool(std::int64_t)>
      pods_since;  ///< whether every pod of the services was created after that time
};

/// The passwords after the next step of a rotation, which may be `passwords` itself. Each step waits until
/// the cluster has what the one before wrote.
Passwords rotated_passwords(Passwords passwords, const RotationView& view);

/// The names that Passwords may have besides password_names().
const std::vector<std::string>& rotation_names();

}  // namespace shop
