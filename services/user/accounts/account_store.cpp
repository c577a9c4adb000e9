#include "services/user/accounts/account_store.hpp"

#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/accounts/session_store.hpp"
#include "services/user/errors/errors.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement FIND{"find_account", "select " USER_COLUMNS R"(, password_hash
  from users where lower(email) = $1 and kind = 'account')"};

constexpr Statement FIND_BY_ID{"find_account_by_id",
                               "select " USER_COLUMNS ", password_hash from users where id = $1"};

constexpr Statement TAKE_REGISTRATION{"take_registration", R"(
  update registrations set used_at = coalesce(used_at, now()) where hash = $1 and expires_at > now()
  returning user_id, name, email, password_hash, used_at = now() as first)"};

constexpr Statement ADD_REGISTERED{"add_registered", R"(
  insert into users (id, kind, name, email, password_hash) overriding system value
  values ($1, 'account', $2, $3, $4) on conflict do nothing)"};

constexpr Statement DROP_OTHERS{"drop_other_registrations", R"(
  delete from registrations where lower(email) = lower($1) and hash <> $2)"};

constexpr Statement IS_ACCOUNT{"is_account", "select 1 from users where id = $1"};

constexpr Statement SET_PASSWORD{"set_password", R"(
  update users set password_hash = $2 where id = $1 and kind = 'account' and password_hash = coalesce($3, password_hash)
  returning name, email)"};

constexpr Statement OWNER{"find_owner_of_reset", "select " USER_COLUMNS R"(
  from users join password_resets r on r.user_id = users.id where r.hash = $1 and r.expires_at > now())"};

constexpr Statement TAKE_RESET{"take_password_reset", R"(
  delete from password_resets where hash = $1 and expires_at > now() returning user_id)"};

constexpr Statement DROP_RESETS{"drop_password_resets", "delete from password_resets where user_id = $1"};

// In the order of ids, so that changes that could remove the last admin run one after the other.
constexpr Statement LOCK_ADMINS{"lock_admins",
                                "select id from users where role = 'admin' order by id for update"};

constexpr Statement SET_ROLE{"set_role", "update users set role = $2 where id = $1"};

constexpr Statement SEARCH{"search_users", "select " USER_COLUMNS R"(
  from users where id > $1 and ($2::text is null or role = $2)
    and ($3::text is null or name ilike $3 or email ilike $3) order by id limit $4)"};

constexpr Statement LOCK_TO_ERASE{"lock_to_erase", R"(
  select email, kind = 'account' as account, role = 'admin' as admin,
         coalesce(password_hash = $2, $2 is null) as same_password
  from users where id = $1 for update)"};

// By address, because these rows belong to no row in users yet.
constexpr Statement DROP_REGISTRATIONS{"erase_registrations", R"(
  delete from registrations where user_id = $1 or lower(email) = lower($2))"};
constexpr Statement DROP_REQUESTS{"erase_mail_requests",
                                  "delete from mail_requests where lower(email) = lower($1)"};

// Other tables refer to it with "on delete cascade".
constexpr Statement ERASE{"erase_user", "delete from users where id = $1"};

constexpr Statement PRUNE[]{
    {"prune_revocations", "delete from revocations where at < now() - interval '1 hour'"},
    {"prune_registrations", "delete from registrations where expires_at < now()"},
    {"prune_password_resets", "delete from password_resets where expires_at < now()"},
    {"prune_known_addresses", "delete from known_addresses where seen_at < now() - interval '180 days'"}};

std::optional<AccountStore::Account> first_account(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return AccountStore::Account{read_user(rows[0]), rows[0]["password_hash"].as<std::string>("")};
}

/// A LIKE pattern for texts that contain `text` literally.
std::string containing(const std::string& text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

/// False when there is no such account or its password hash is not `old_hash`.
bool set_password(Transaction& tx, kit::UserId id, const std::string& new_hash,
                  const std::optional<std::string>& old_hash, const std::string& kept_session,
                  const CallContext& context) {
  const auto rows = tx.exec(SET_PASSWORD, id.value, new_hash, old_hash);
  if (rows.empty()) return false;
  tx.exec(DROP_RESETS, id.value);
  SessionStore::end_all(tx, id, kept_session);
  write_event(tx, "user.password_changed",
              {.user = id, .name = rows[0]["name"].c_str(), .email = rows[0]["email"].c_str()},
              context.traceparent);
  return true;
}

}  // namespace

std::optional<AccountStore::Account> AccountStore::find(const std::string& email,
                                                        kit::Deadline deadline) const {
  return database_.read<std::optional<Account>>("find_account", deadline, [&](Transaction& tx) {
    return first_account(tx.exec(FIND, account_key(email)));
  });
}

std::optional<AccountStore::Account> AccountStore::find(kit::UserId id, kit::Deadline deadline) const {
  return database_.read<std::optional<Account>>("find_account", deadline, [&](Transaction& tx) {
    return first_account(tx.exec(FIND_BY_ID, id.value));
  });
}

void AccountStore::add(const NewUser& who, const std::string& password_hash, const CallContext& context) {
  database_.transact("add_account", context.deadline, [&](Transaction& tx) {
    if (!UserStore::add(tx, who.name, who.email, password_hash, context.traceparent))
      MailRequestStore::add_repeated(tx, who.email, context.traceparent);
  });
}

bool AccountStore::verify(const std::string& token_hash, const CallContext& context) {
  return database_.transact<bool>("verify_email", context.deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(TAKE_REGISTRATION, token_hash);
    if (rows.empty()) return false;
    const kit::UserId id{rows[0]["user_id"].as<std::int64_t>()};
    // A used token must not bring back an account that was erased since.
    if (!rows[0]["first"].as<bool>()) return !tx.exec(IS_ACCOUNT, id.value).empty();
    const std::string name = rows[0]["name"].c_str();
    const std::string email = rows[0]["email"].c_str();
    const auto added =
        tx.exec(ADD_REGISTERED, id.value, name, email, rows[0]["password_hash"].c_str()).affected_rows();
    tx.exec(DROP_OTHERS, email, token_hash);
    if (added == 0) return false;
    write_registered(tx, id, name, email, kind(true), context.traceparent);
    return true;
  });
}

bool AccountStore::change_password(const kit::identity::Principal& caller, const std::string& old_hash,
                                   const std::string& new_hash, const CallContext& context) {
  return database_.transact<bool>("change_password", context.deadline, [&](Transaction& tx) {
    return set_password(tx, caller.user, new_hash, old_hash, caller.session, context);
  });
}

std::optional<User> AccountStore::owner_of_reset(const std::string& token_hash,
                                                 kit::Deadline deadline) const {
  return database_.read<std::optional<User>>("find_owner_of_reset", deadline, [&](Transaction& tx) {
    return first_user(tx.exec(OWNER, token_hash));
  });
}

bool AccountStore::reset_password(const std::string& token_hash, const std::string& new_hash,
                                  const std::string& known_key, const CallContext& context) {
  return database_.transact<bool>("reset_password", context.deadline, [&](Transaction& tx) {
    const auto taken = tx.exec(TAKE_RESET, token_hash);
    if (taken.empty()) return false;
    const kit::UserId id{taken[0][0].as<std::int64_t>()};
    if (!set_password(tx, id, new_hash, std::nullopt, "", context)) return false;
    SessionStore::revoke_user(tx, id);
    SessionStore::remember_client(tx, id, known_key);
    return true;
  });
}

void AccountStore::set_role(kit::UserId id, kit::identity::Role role, kit::Deadline deadline) {
  const auto work = [&](Transaction& tx) {
    const auto admins = tx.exec(LOCK_ADMINS).size();
    const auto user = UserStore::lock(tx, id);
    if (!user) throw UserNotFound();
    if (!user->account) throw GuestHasNoRole();
    if (user->role == role) return;
    if (user->role == kit::identity::Role::Admin && admins == 1) throw LastAdmin();
    tx.exec(SET_ROLE, id.value, kit::identity::to_string(role));
    SessionStore::revoke_user(tx, id);
  };
  database_.transact("set_role", deadline, work, true);
}

bool AccountStore::erase(kit::UserId id, const std::optional<std::string>& password_hash,
                         const CallContext& context) {
  return database_.transact<bool>("erase_user", context.deadline, [&](Transaction& tx) {
    const auto admins = tx.exec(LOCK_ADMINS).size();
    const auto rows = tx.exec(LOCK_TO_ERASE, id.value, password_hash);
    if (rows.empty() || !rows[0]["same_password"].as<bool>()) return false;
    const auto& row = rows[0];
    if (row["admin"].as<bool>() && admins == 1) throw LastAdmin();
    SessionStore::revoke_user(tx, id);
    // Guests share addresses: a request for a guest's address may be another user's.
    if (row["account"].as<bool>()) {
      const auto email = row["email"].as<std::string>();
      tx.exec(DROP_REGISTRATIONS, id.value, email);
      tx.exec(DROP_REQUESTS, email);
    }
    tx.exec(ERASE, id.value);
    write_event(tx, "user.erased", {.user = id}, context.traceparent);
    return true;
  });
}

kit::db::Page<User> AccountStore::search(const Search& search, kit::Deadline deadline) const {
  std::optional<std::string> role;
  if (search.role) role = kit::identity::to_string(*search.role);
  std::optional<std::string> text;
  if (!search.text.empty()) text = containing(search.text);
  return database_.read<kit::db::Page<User>>("search_users", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(SEARCH, search.after, role, text, search.limit + 1);
    return kit::db::read_page(rows, search.limit, read_user);
  });
}

void AccountStore::prune(kit::Deadline deadline) {
  const auto work = [](Transaction& tx) {
    for (const auto& statement : PRUNE) tx.exec(statement);
  };
  database_.transact("prune_accounts", deadline, work, true);
}

}  // namespace user
