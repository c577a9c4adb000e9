#include "services/user/accounts/mail_request_store.hpp"

#include "services/kit/encoding/sha256.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/accounts/tokens.hpp"
#include "services/user/throttle/throttle_store.hpp"
#include "services/user/users/user_store.hpp"

namespace user {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr int BATCH = 100;

constexpr Statement ADD{"add_mail_request", R"(
  insert into mail_requests (kind, email, traceparent, name, password_hash, user_id)
  values ($1, $2, $3, $4, $5, $6))"};

constexpr Statement TAKE{"take_mail_request", R"(
  delete from mail_requests where id = (
    select id from mail_requests order by id limit 1 for update skip locked)
  returning kind, user_id, email, name, password_hash, traceparent)"};

constexpr Statement FIND_ACCOUNT{"find_account_to_mail", R"(
  select id, name, email from users where lower(email) = lower($1) and kind = 'account')"};

// The user's id is drawn here, so that the events of the registration and of the account have one subject.
constexpr Statement REGISTER{"add_registration", R"(
  insert into registrations (hash, user_id, name, email, password_hash, expires_at)
  values ($1, nextval('users_id_seq'), $2, $3, $4, now() + make_interval(hours => $5))
  returning user_id, name, email, to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

constexpr Statement AGAIN{"add_registration_again", R"(
  insert into registrations (hash, user_id, name, email, password_hash, expires_at)
  select $1, user_id, name, email, password_hash, now() + make_interval(hours => $3) from registrations
  where lower(email) = lower($2) and expires_at > now() and used_at is null order by created_at desc limit 1
  returning user_id, name, email, to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

// Replaces the placeholder that the row got when the change was requested.
constexpr Statement CHANGE{"set_token_of_change", R"(
  update email_changes c set hash = $1 from users u
  where c.user_id = $2 and lower(c.email) = lower($3) and c.used_at is null and c.expires_at > now() and u.id = c.user_id
  returning c.user_id, u.name, c.email, to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

constexpr Statement RESET{"add_password_reset", R"(
  insert into password_resets (hash, user_id, expires_at) values ($1, $2, now() + make_interval(hours => $3))
  returning to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at)"};

struct MailRequest {
  std::string kind, email, traceparent;
  std::optional<std::string> name = {}, password_hash = {};
  std::optional<std::int64_t> user = {};
};

void add_request(Transaction& tx, const MailRequest& request) {
  tx.exec(ADD, request.kind, request.email, request.traceparent, request.name, request.password_hash,
          request.user);
}

/// Stores the token of a verification. Returns no row when nothing is left to verify.
pqxx::result add_verification(Transaction& tx, const MailRequest& request, const std::string& hash) {
  if (request.kind == "resend") return tx.exec(AGAIN, hash, request.email, VERIFY_HOURS);
  if (request.kind == "change") return tx.exec(CHANGE, hash, request.user, request.email);
  return tx.exec(REGISTER, hash, request.name, request.email, request.password_hash, VERIFY_HOURS);
}

void handle_request(Transaction& tx, const MailRequest& request) {
  const auto budget = throttle::mail_to(request.kind, request.email);
  if (ThrottleStore::wait_s(tx, budget) > 0)
    return kit::log::info("no mail: too many for one address", {{"kind", request.kind}});
  const auto mail = [&](const char* type, const pqxx::row& user, contracts::UserEvent data) {
    ThrottleStore::charge(tx, budget);
    data.name = user["name"].c_str();
    data.email = user["email"].c_str();
    write_event(tx, type, data, request.traceparent);
  };
  const auto account = tx.exec(FIND_ACCOUNT, request.email);
  const bool own =
      request.kind == "change" && !account.empty() && account[0]["id"].as<std::int64_t>() == request.user;
  const bool verifies = request.kind == "register" || request.kind == "resend" || request.kind == "change";
  const auto token = new_secret();
  if (verifies && (account.empty() || own)) {
    const auto rows = add_verification(tx, request, kit::sha256_hex(token));
    if (!rows.empty())
      mail("user.verification_requested", rows[0],
           {.user = kit::UserId{rows[0]["user_id"].as<std::int64_t>()},
            .token = token,
            .expires_at = rows[0]["expires_at"].c_str()});
    return;
  }
  if (account.empty() || request.kind == "resend") return;
  const kit::UserId id{account[0]["id"].as<std::int64_t>()};
  if (request.kind != "reset") return mail("user.registration_repeated", account[0], {.user = id});
  const auto rows = tx.exec(RESET, kit::sha256_hex(token), id.value, RESET_HOURS);
  mail("user.password_reset_requested", account[0],
       {.user = id, .token = token, .expires_at = rows[0]["expires_at"].c_str()});
}

}  // namespace

void MailRequestStore::add(Kind kind, const std::string& email, const CallContext& context) {
  const auto* name = kind == Kind::Resend ? "resend" : "reset";
  const auto charges = throttle::mail_request(name, email, context.client_address);
  database_.transact("ask_for_mail", context.deadline, [&](Transaction& tx) {
    ThrottleStore::spend(tx, charges);
    add_request(tx, {name, email, context.traceparent});
  });
}

void MailRequestStore::add_registration(const NewUser& who, const std::string& password_hash,
                                        const CallContext& context) {
  database_.transact("ask_to_register", context.deadline, [&](Transaction& tx) {
    add_request(tx, {"register", who.email, context.traceparent, who.name, password_hash});
  });
}

void MailRequestStore::add_repeated(Transaction& tx, const std::string& email,
                                    const std::string& traceparent) {
  add_request(tx, {"repeated", email, traceparent});
}

void MailRequestStore::add_change(Transaction& tx, kit::UserId user, const std::string& email,
                                  const std::string& traceparent) {
  add_request(tx, {.kind = "change", .email = email, .traceparent = traceparent, .user = user.value});
}

void MailRequestStore::process(const std::stop_token& stop) {
  for (int i = 0; i < BATCH && !stop.stop_requested(); ++i)
    if (!process_one(kit::Deadline::in(std::chrono::seconds(5)))) return;
}

bool MailRequestStore::process_one(kit::Deadline deadline) {
  return database_.transact<bool>("work_mail_request", deadline, [&](Transaction& tx) {
    const auto rows = tx.exec(TAKE);
    if (rows.empty()) return false;
    const auto& row = rows[0];
    handle_request(tx, {row["kind"].as<std::string>(), row["email"].as<std::string>(),
                        row["traceparent"].as<std::string>(), row["name"].as<std::optional<std::string>>(),
                        row["password_hash"].as<std::optional<std::string>>(),
                        row["user_id"].as<std::optional<std::int64_t>>()});
    return true;
  });
}

}  // namespace user
