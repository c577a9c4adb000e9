#include "operator/shop/credentials/password_rotation.hpp"

#include "operator/shop/spec/names.hpp"

#include <charconv>

namespace shop {
namespace {

std::string value(const Passwords& passwords, const std::string& name) {
  const auto it = passwords.find(name);
  return it == passwords.end() ? "" : it->second;
}

bool second_in_use(const Passwords& passwords) { return value(passwords, "role") == "b"; }

std::int64_t seconds(const std::string& text) {
  std::int64_t result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

void renew(Passwords& passwords, const std::string& role) {
  for (auto service : all_services)
    passwords[role == "b" ? second_password(service) : to_string(service)] = generate_password();
}

}  // namespace

std::string second_password(Service service) { return to_string(service) + "-b"; }

std::string login_role(const Passwords& passwords, Service service) {
  return database_name(service) + (second_in_use(passwords) ? "_b" : "");
}

const std::string& login_password(const Passwords& passwords, Service service) {
  return passwords.at(second_in_use(passwords) ? second_password(service) : to_string(service));
}

const std::vector<std::string>& rotation_names() {
  static const std::vector<std::string> names{"role", "rotation", "retiring", "switched-at"};
  return names;
}

Passwords rotated_passwords(Passwords passwords, const RotationView& view) {
  const auto retiring = value(passwords, "retiring");
  if (retiring.empty()) {
    if (view.request.empty() || view.request == value(passwords, "rotation")) return passwords;
    const std::string used = second_in_use(passwords) ? "b" : "a";
    const std::string other = used == "a" ? "b" : "a";
    renew(passwords, other);
    passwords["role"] = other;
    passwords["retiring"] = used;
    passwords["rotation"] = view.request;
    return passwords;
  }
  const auto switched = value(passwords, "switched-at");
  if (switched.empty()) {
    // Pods created from now on use the other role.
    if (view.connections_switched()) passwords["switched-at"] = std::to_string(view.now);
    return passwords;
  }
  if (!view.pods_since(seconds(switched))) return passwords;
  renew(passwords, retiring);
  passwords.erase("retiring");
  passwords.erase("switched-at");
  return passwords;
}

}  // namespace shop
