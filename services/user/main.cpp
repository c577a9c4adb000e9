#include "services/contracts/events.hpp"
#include "services/contracts/permissions.hpp"
#include "services/kit/docs/docs.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/messaging/inbox.hpp"
#include "services/kit/runtime/app.hpp"
#include "services/kit/threads/periodic.hpp"
#include "services/user/accounts/auth_routes.hpp"
#include "services/user/accounts/development_keys.hpp"
#include "services/user/accounts/grant_command.hpp"
#include "services/user/accounts/user_routes.hpp"
#include "services/user/errors/problems.hpp"
#include "services/user/profile/profile_routes.hpp"
#include "services/user/recommendations/event_effects.hpp"
#include "services/user/recommendations/recommendation_routes.hpp"

extern const std::vector<kit::EmbeddedFile> user_migrations, user_openapi;

namespace {

using namespace std::chrono_literals;

struct Options {
  std::string signing_file;
  bool verify_email = false;
};

/// Replaces key files that are not configured. Returns null when they are.
std::unique_ptr<user::DevelopmentKeys> development_keys(kit::runtime::Context& context, Options& options) {
  if (options.signing_file.empty() != context.gate.jwks_file.empty())
    throw kit::config::Error("auth.signing_file and auth.jwks_file must be set both, or neither");
  if (!options.signing_file.empty()) return nullptr;
  auto keys = std::make_unique<user::DevelopmentKeys>();
  options.signing_file = keys->signing_file();
  context.gate.jwks_file = keys->jwks_file();
  kit::log::warn("no key files are set: tokens are signed with a key that ends with this process",
                 {{"jwks_file", keys->jwks_file()}});
  return keys;
}

/// Members are destroyed in reverse order: the threads of jobs and consumer stop first.
struct Running final : kit::runtime::Running {
  Running(kit::runtime::Context& running_context, const Options& given, kit::http::Router& api,
          kit::http::Router& internal)
      : context(running_context), options(given) {
    kit::messaging::add_check(context.health, consumer);
    kit::docs::add_openapi(api, user_openapi);
    auth_routes.add_to(api);
    user_routes.add_to(api);
    customer_routes.add_to(api);
    verification_routes.add_to(api);
    profile_routes.add_to(api);
    avatar_routes.add_to(api);
    favorite_routes.add_to(api);
    recommendation_routes.add_to(api);
    internal_user_routes.add_to(internal);
  }

  kit::runtime::Context& context;
  Options options;
  std::unique_ptr<user::DevelopmentKeys> keys = development_keys(context, options);

  user::UserStore users{context.database};
  user::SessionStore session_store{context.database};
  user::AccountStore account_store{context.database};
  user::MailRequestStore mail_requests{context.database};
  user::ThrottleStore throttle{context.database};
  user::ProfileStore profiles{context.database};
  user::AvatarStore avatars{context.database};
  user::FavoriteStore favorites{context.database};
  user::PurchaseStore purchases{context.database};
  user::KnownProductStore known_products{context.database};

  kit::identity::Passwords passwords{context.metrics};
  user::Accounts accounts{context.database, passwords, options.verify_email};
  user::AccessTokenSigner signer{options.signing_file, {context.gate.issuer, context.gate.audience}};
  user::Sessions sessions{context.database, passwords, signer};
  user::ProductCatalog catalog{known_products, context.client("product")};

  user::AuthRoutes auth_routes{accounts, sessions, mail_requests, context.gate.jwks_file};
  user::UserRoutes user_routes{users, accounts};
  user::CustomerRoutes customer_routes{users, account_store, accounts};
  user::InternalUserRoutes internal_user_routes{users, session_store};
  user::VerificationRoutes verification_routes{account_store, profiles, mail_requests, throttle};
  user::ProfileRoutes profile_routes{profiles, options.verify_email};
  user::AvatarRoutes avatar_routes{avatars};
  user::FavoriteRoutes favorite_routes{favorites, catalog};
  user::RecommendationRoutes recommendation_routes{purchases, catalog};

  kit::Periodic mailing{{500ms, 30s, "mail requests cannot be processed"},
                        [this](const std::stop_token& stop) { mail_requests.process(stop); }};
  kit::Periodic pruning{{1min, 10min, "expired rows cannot be removed", 10s}, [this](const std::stop_token&) {
                          throttle.prune(kit::Deadline::in(5s));
                          account_store.prune(kit::Deadline::in(5s));
                        }};
  kit::messaging::Consumer consumer{{.broker = context.broker,
                                     .queue = "user.events",
                                     .bindings = contracts::consumed_types("user.events")},
                                    kit::messaging::once(context.database, "user", user::apply_event),
                                    context.metrics};
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const auto configure = [&options](kit::config::Binder& binder) {
    binder.text("auth.signing_file", options.signing_file);
    binder.flag("accounts.verify_email", options.verify_email);
  };
  const auto build_service = [&options](
                                 kit::runtime::Context& context, kit::http::Router& api,
                                 kit::http::Router& internal) -> std::unique_ptr<kit::runtime::Running> {
    return std::make_unique<Running>(context, options, api, internal);
  };
  const auto sample_data = [](kit::runtime::Context& context) {
    user::UserStore(context.database).add_samples();
  };
  const auto revocations = [](kit::runtime::Context& context) -> kit::identity::Revocations::Source {
    return [store = user::SessionStore(context.database)](const std::string& since) {
      return store.list_revocations(since, kit::Deadline::in(1s));
    };
  };
  const auto grant = [](kit::runtime::Context& context, const std::vector<std::string>& operands) {
    user::AccountStore accounts(context.database);
    return user::grant_role(accounts, operands.at(0), operands.at(1));
  };
  return kit::runtime::run(argc, argv,
                           {.name = "user",
                            .migrations = user_migrations,
                            .permissions = contracts::permissions(),
                            .consumers = contracts::consumers(),
                            .clients = {{"product", ""}},
                            .configure = configure,
                            .build = build_service,
                            .map_error = user::problem_of,
                            .sample_data = sample_data,
                            .revocations = revocations,
                            .commands = {{{"grant", {"EMAIL", "ROLE"}}, grant}}});
}
