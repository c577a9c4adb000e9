#include "services/user/accounts/grant.hpp"

#include "services/user/accounts/account_store.hpp"
#include "services/user/accounts/user_store.hpp"

#include <sysexits.h>

#include <cstdio>

namespace user {
namespace {

using RoleResult = store::Accounts::RoleResult;

int complain(const std::string& what, int code) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return code;
}

int grant(kit::runtime::Context& context, const std::vector<std::string>& operands) {
  const auto& email = operands.at(0);
  const auto role = kit::identity::parse_role(operands.at(1));
  if (!role) return complain("the role must be customer, staff or admin", EX_USAGE);
  const auto deadline = kit::Deadline::in(std::chrono::seconds(30));
  const auto account = store::Users(context.database).find_account(email, deadline);
  if (!account) return complain("no account has the address " + email, 1);
  switch (store::Accounts(context.database).set_role(account->user.id, *role, deadline)) {
    case RoleResult::LastAdmin:
      return complain(email + " is the last admin: make somebody else one first", 1);
    case RoleResult::Done:
      std::printf("%s is now %s\n", account->user.email.c_str(), operands.at(1).c_str());
      return 0;
    default:
      return complain("no account has the address " + email, 1);
  }
}

}  // namespace

kit::runtime::Service::Own grant_command() { return {{"grant", {"EMAIL", "ROLE"}}, grant}; }

}  // namespace user
