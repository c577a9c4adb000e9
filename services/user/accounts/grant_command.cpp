#include "services/user/accounts/grant_command.hpp"

#include "services/user/errors/errors.hpp"

#include <sysexits.h>

#include <cstdio>

namespace user {
namespace {

int fail(const std::string& reason, int code) {
  std::fprintf(stderr, "%s\n", reason.c_str());
  return code;
}

}  // namespace

int grant_role(AccountStore& accounts, const std::string& email, const std::string& role_name) {
  const auto role = kit::identity::parse_role(role_name);
  if (!role) return fail("the role must be customer, staff or admin", EX_USAGE);
  const auto deadline = kit::Deadline::in(std::chrono::seconds(30));
  const auto account = accounts.find(email, deadline);
  if (!account) return fail("no account has the address " + email, 1);
  try {
    accounts.set_role(account->user.id, *role, deadline);
  } catch (const LastAdmin&) {
    return fail(email + " is the last admin: make somebody else one first", 1);
  } catch (const UserNotFound&) {
    return fail("no account has the address " + email, 1);
  }
  std::printf("%s is now %s\n", account->user.email.c_str(), role_name.c_str());
  return 0;
}

}  // namespace user
