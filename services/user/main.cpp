#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/user/accounts/chores.hpp"
#include "services/user/accounts/grant.hpp"
#include "services/user/accounts/own_keys.hpp"
#include "services/user/accounts/revocation_store.hpp"
#include "services/user/accounts/routes.hpp"
#include "services/user/privacy/people.hpp"

extern const std::vector<kit::EmbeddedFile> user_migrations, user_openapi;

namespace {

struct Options {
  std::string signing_file;
  bool verify_email = false;
};

/// On a laptop, where neither key file is set.
std::unique_ptr<user::OwnKeys> keys_where_there_are_none(kit::runtime::Context& context,
                                                         const Options& options) {
  if (options.signing_file.empty() != context.gate.jwks_file.empty())
    throw kit::config::Error("auth.signing_file and auth.jwks_file must be set both, or neither");
  if (!options.signing_file.empty()) return nullptr;
  auto keys = std::make_unique<user::OwnKeys>();
  context.gate.jwks_file = keys->jwks_file();
  kit::log::warn("no key files are set: tokens are signed with a key that ends with this process",
                 {{"jwks_file", keys->jwks_file()}});
  return keys;
}

struct Running : kit::runtime::Running {
  Running(kit::runtime::Context& context, const Options& options)
      : own_keys(keys_where_there_are_none(context, options)),
        users(context.database),
        store(context.database),
        accounts(context.database,
                 user::AccessTokens(own_keys ? own_keys->signing_file() : options.signing_file, context.gate),
                 options.verify_email, context.metrics),
        chores(context.database) {}

  std::unique_ptr<user::OwnKeys> own_keys;
  user::store::Users users;
  user::store::Accounts store;
  user::api::Accounts accounts;
  std::optional<user::People> people;
  user::Chores chores;
};

std::unique_ptr<kit::runtime::Running> build(kit::runtime::Context& context, const Options& options,
                                             kit::http::Router& api, kit::http::Router& internal) {
  auto running = std::make_unique<Running>(context, options);
  const auto& jwks = context.gate.jwks_file;
  kit::docs::add_openapi(api, user_openapi);
  user::api::add_users(api, running->users, running->accounts);
  user::api::add_auth(api, running->accounts);
  user::api::add_keys(api, jwks.empty() ? nullptr : std::make_shared<kit::identity::KeyFile>(jwks));
  user::api::add_staff(api, running->users, running->store);
  user::api::add_internal(internal, running->users, context.database);
  running->people.emplace(context, api, running->accounts, options.verify_email);
  return running;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const auto configure = [&options](kit::config::Binder& binder) {
    binder.text("auth.signing_file", options.signing_file);
    binder.flag("accounts.verify_email", options.verify_email);
  };
  const auto build_service = [&options](kit::runtime::Context& context, kit::http::Router& api,
                                        kit::http::Router& internal) {
    return build(context, options, api, internal);
  };
  const auto sample_data = [](kit::runtime::Context& context) {
    user::store::Users(context.database).add_samples();
  };
  const auto revocations = [](kit::runtime::Context& context) -> kit::identity::Revocations::Source {
    return [&database = context.database](const std::string& since) {
      return user::store::list_revocations(database, since, kit::Deadline::in(std::chrono::seconds(1)));
    };
  };
  return kit::runtime::run(argc, argv,
                           {.name = "user",
                            .migrations = user_migrations,
                            .permissions = contracts::permissions(),
                            .consumers = contracts::consumers(),
                            .configure = configure,
                            .build = build_service,
                            .sample_data = sample_data,
                            .optional_peers = {"product"},
                            .revocations = revocations,
                            .commands = {user::grant_command()}});
}
