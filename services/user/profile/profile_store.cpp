#include "services/user/profile/profile_store.hpp"

#include "services/kit/encoding/sha256.hpp"
#include "services/kit/encoding/text.hpp"
#include "services/user/accounts/mail_request_store.hpp"
#include "services/user/accounts/tokens.hpp"
#include "services/user/throttle/throttle_store.hpp"
#include "services/user/users/user_store.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr Statement FIND{"find_profile", "select " USER_COLUMNS " from users where id = $1"};

constexpr Statement PENDING{"find_pending_email", R"(
  select email from email_changes where user_id = $1 and used_at is null and expires_at > now()
  order by created_at desc limit 1)"};

constexpr Statement TAKEN{"email_taken", R"(
  select exists (select from users where kind = 'account' and lower(email) = lower($1) and id <> $2) as taken)"};

constexpr Statement SET{"set_profile", "update users set name = $2, email = $3 where id = $1"};

constexpr Statement FORGET{"forget_email_changes",
                           "delete from email_changes where user_id = $1 and hash <> $2"};

constexpr Statement ADD_CHANGE{"add_email_change", R"(
  insert into email_changes (hash, user_id, email, expires_at) values ($1, $2, $3, now() + make_interval(hours => $4)))"};

constexpr Statement TAKE{"take_email_change", R"(
  update email_changes set used_at = coalesce(used_at, now()) where hash = $1 and expires_at > now()
  returning user_id, email, used_at = now() as first)"};

// Password resets were mailed to the old address.
constexpr Statement DROP_RESETS{"drop_resets_of_old_address",
                                "delete from password_resets where user_id = $1"};

bool taken(Transaction& tx, const std::string& email, kit::UserId but) {
  return tx.exec(TAKEN, email, but.value)[0]["taken"].as<bool>();
}

std::optional<Profile> read(Transaction& tx, const std::optional<User>& user) {
  if (!user) return std::nullopt;
  Profile out{*user, std::nullopt};
  const auto pending = tx.exec(PENDING, out.user.id.value);
  if (!pending.empty()) out.pending_email = pending[0]["email"].as<std::string>();
  return out;
}

/// The former address gets word as well, in case a stranger made the change.
void set(Transaction& tx, const User& user, const User& before, const std::string& traceparent) {
  tx.exec(SET, user.id.value, user.name, user.email);
  write_event(tx, "user.changed", {.user = user.id, .name = user.name, .email = user.email}, traceparent);
  if (user.account && !kit::equal_ignoring_case(user.email, before.email))
    write_event(tx, "user.email_changed", {.user = user.id, .name = before.name, .email = before.email},
                traceparent);
}

/// Repeats the transaction when another one took the address meanwhile: then the address is seen to be taken.
template <class F>
auto retry_when_taken(F&& transaction) {
  try {
    return transaction();
  } catch (const pqxx::unique_violation&) {
    return transaction();
  }
}

/// Writes the same rows whether or not the address is free; the job that sends the mail finds out.
void request_verification(Transaction& tx, const User& user, const std::string& email,
                          const CallContext& context) {
  ThrottleStore::spend(tx, throttle::mail_request("change", email, context.client_address));
  tx.exec(FORGET, user.id.value, "");
  tx.exec(ADD_CHANGE, kit::sha256_hex(new_secret()), user.id.value, email, VERIFY_HOURS);
  MailRequestStore::add_change(tx, user.id, email, context.traceparent);
}

Profile apply(Transaction& tx, Profile profile, const ProfileChange& change, bool verify,
              const CallContext& context) {
  const auto before = profile.user;
  auto& user = profile.user;
  user.name = change.name.value_or(user.name);
  bool taken_by_another = false;
  if (change.email) {
    const bool other = user.account && !kit::equal_ignoring_case(*change.email, user.email);
    if (other && verify) {
      request_verification(tx, user, *change.email, context);
      profile.pending_email = change.email;
    } else {
      taken_by_another = other && taken(tx, *change.email, user.id);
      tx.exec(FORGET, user.id.value, "");
      profile.pending_email.reset();
      if (!taken_by_another) user.email = *change.email;
    }
  }
  if (user.name != before.name || user.email != before.email) set(tx, user, before, context.traceparent);
  if (taken_by_another) {
    MailRequestStore::add_repeated(tx, *change.email, context.traceparent);
    user.email = *change.email;
  }
  return profile;
}

}  // namespace

std::optional<Profile> ProfileStore::find(kit::UserId id, kit::Deadline deadline) const {
  return database_.read<std::optional<Profile>>("find_profile", deadline, [&](Transaction& tx) {
    return read(tx, first_user(tx.exec(FIND, id.value)));
  });
}

std::optional<Profile> ProfileStore::change(kit::UserId id, const ProfileChange& change, bool verify,
                                            const Check& check, const CallContext& context) {
  const auto work = [&](Transaction& tx) {
    auto profile = read(tx, UserStore::lock(tx, id));
    if (profile) {
      check(*profile);
      profile = apply(tx, std::move(*profile), change, verify, context);
    }
    return profile;
  };
  return retry_when_taken(
      [&] { return database_.transact<std::optional<Profile>>("change_profile", context.deadline, work); });
}

bool ProfileStore::verify(const std::string& token_hash, const CallContext& context) {
  const auto work = [&](Transaction& tx) {
    const auto rows = tx.exec(TAKE, token_hash);
    if (rows.empty()) return false;
    const auto email = rows[0]["email"].as<std::string>();
    const auto before = UserStore::lock(tx, {rows[0]["user_id"].as<std::int64_t>()});
    if (!before) return false;
    auto user = *before;
    if (!rows[0]["first"].as<bool>()) return user.email == email;
    if (taken(tx, email, user.id)) return false;
    user.email = email;
    set(tx, user, *before, context.traceparent);
    tx.exec(FORGET, user.id.value, token_hash);
    tx.exec(DROP_RESETS, user.id.value);
    return true;
  };
  return retry_when_taken(
      [&] { return database_.transact<bool>("verify_email_change", context.deadline, work); });
}

}  // namespace user
