#pragma once
#include "services/user/accounts/account_store.hpp"

#include <string>

namespace user {

/// `shopkeeper-user grant EMAIL ROLE`: gives an account a role, such as the first admin's. Prints the outcome
/// and returns the exit code.
int grant_role(AccountStore& accounts, const std::string& email, const std::string& role);

}  // namespace user
