#pragma once
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
/// {"keys":[…]} with one new Ed25519 private key (RFC 8037), its kid the RFC 7638 thumbprint. The first key
/// signs.
nlohmann::json generate_signing_keys();
/// The same set without what is private. Throws std::invalid_argument when it is no such set.
nlohmann::json public_keys(const nlohmann::json& signing_keys);

/// RabbitMQ's salted SHA-256 of a password, in base64. The salt is taken from the password's own hash, so
/// that the same password always gives the same text; it is random as long as the password is.
std::string rabbitmq_password_hash(const std::string& password);

}  // namespace shop
