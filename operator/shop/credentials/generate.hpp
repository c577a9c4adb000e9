#pragma once
#include "services/kit/identity/signing_keys.hpp"

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace shop {

/// Passwords by who they are for: "postgres" (superuser), each service, "rabbitmq".
using Passwords = std::map<std::string, std::string>;
/// The names that Passwords has to have.
const std::vector<std::string>& password_names();

/// 32 random letters and digits (190 bits): needs no quoting in URLs, SQL or files.
std::string generate_password();
using kit::generate_signing_keys;
using kit::public_keys;

/// RabbitMQ's salted SHA-256 of a password, in base64. The salt is taken from the password's own hash, so
/// that the same password always gives the same text; it is random as long as the password is.
std::string rabbitmq_password_hash(const std::string& password);

}  // namespace shop
