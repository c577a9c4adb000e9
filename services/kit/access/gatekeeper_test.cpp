#include "services/kit/access/gatekeeper.hpp"

#include "services/kit/config/config.hpp"
#include "services/kit/temporary_folder.hpp"

#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace kit::access {
namespace {

using Json = nlohmann::json;
using http::Method;
using identity::Principal;
using identity::Role;

constexpr Rule RULES[] = {
    {"user", Method::Get, "/users/{id}", Who::Customer, true},
    {"user", Method::Post, "/users", Who::Staff, true},
    {"user", Method::Get, "/api/customers/me", Who::Customer},
    {"user", Method::Get, "/.well-known/jwks.json", Who::Anyone},
    {"user", Method::Get, "/internal/users/{id}", Who::Caller, false, "order,notification"},
    {"user", Method::Put, "/api/customers/{id}/role", Who::Admin},
    {"user", Method::Get, "/api/customers", Who::Staff},
};

/// Keys in files, as mounted.
class GateTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder / "jwks.json") << Json{{"keys", {identity::public_part(key)}}};
  }

  std::string token(Json claims) const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    Json all = {{"iss", "shopkeeper"},
                {"aud", "shopkeeper"},
                {"exp", std::chrono::duration_cast<std::chrono::seconds>(now).count() + 60}};
    all.update(claims);
    return identity::sign_ed25519(all, key);
  }
  /// The status that the gate answers, or 200 when the request passes; `request` as the handler would see it.
  int pass(const http::Gatekeeper& gate, const http::Router& router, Method method, const std::string& path,
           const std::string& authorization) {
    request = {};
    request.method = method;
    if (!authorization.empty()) request.headers.set("authorization", authorization);
    const auto match = router.match(method, path);
    try {
      gate(request, *std::get<http::Router::Match>(match).route);
      return 200;
    } catch (const Problem& problem) {
      problem_body = problem.body().dump();
      return problem.status();
    }
  }

  TemporaryFolder folder;
  identity::Key key = identity::generate_ed25519();
  http::Request request;
  std::string problem_body;
};

http::Response ok(const http::Request&) { return {}; }

class PublicGate : public GateTest {
 protected:
  PublicGate() {
    router.get("/users/{id}", ok)
        .post("/users", ok)
        .get("/api/customers/me", ok)
        .get("/.well-known/jwks.json", ok);
  }
  http::Gatekeeper gate(const std::string& access) const {
    return public_gate({"user", RULES, access, folder / "jwks.json", "shopkeeper", "shopkeeper"}, router);
  }
  int ask(const std::string& access, Method method, const std::string& path,
          const std::string& authorization = {}) {
    return pass(gate(access), router, method, path, authorization);
  }
  std::string customer() const {
    return "Bearer " + token({{"sub", "7"}, {"role", "customer"}, {"sid", "family"}});
  }
  std::string staff() const { return "Bearer " + token({{"sub", "8"}, {"role", "staff"}}); }

  http::Router router;
};

TEST_F(PublicGate, RequiresATokenUnlessTheRuleIsForAnyone) {
  EXPECT_EQ(ask("Authenticated", Method::Get, "/users/1"), 401);
  EXPECT_EQ(ask("Authenticated", Method::Post, "/users"), 401);
  EXPECT_EQ(ask("Authenticated", Method::Get, "/api/customers/me"), 401);
  EXPECT_EQ(ask("Authenticated", Method::Get, "/.well-known/jwks.json"), 200);
}

TEST_F(PublicGate, OpenAllowsAnonymousUseOfTheShortPathsOnly) {
  EXPECT_EQ(ask("Open", Method::Get, "/users/1"), 200);
  EXPECT_TRUE(request.open);
  EXPECT_FALSE(request.principal);
  EXPECT_EQ(ask("Open", Method::Head, "/users/1"), 200);
  EXPECT_EQ(ask("Open", Method::Post, "/users"), 200);
  EXPECT_EQ(ask("Open", Method::Get, "/api/customers/me"), 401);
  EXPECT_EQ(ask("Open", Method::Post, "/users", customer()), 200) << "no less than who has no token";
  EXPECT_TRUE(request.open);
  EXPECT_EQ(request.principal->user, UserId{7});
}

TEST_F(PublicGate, ChecksRoles) {
  EXPECT_EQ(ask("Authenticated", Method::Get, "/users/1", customer()), 200);
  EXPECT_FALSE(request.open);
  EXPECT_EQ(request.principal->user, UserId{7});
  EXPECT_EQ(request.principal->session, "family");
  EXPECT_EQ(ask("Authenticated", Method::Post, "/users", customer()), 403);
  EXPECT_EQ(ask("Authenticated", Method::Post, "/users", staff()), 200);
  EXPECT_TRUE(request.principal->staff());
}

TEST_F(PublicGate, RejectsInvalidTokensAlikeOnAllRoutes) {
  const auto past = std::chrono::system_clock::now() - std::chrono::hours(1);
  const auto hour_ago = std::chrono::duration_cast<std::chrono::seconds>(past.time_since_epoch()).count();
  std::set<std::string> bodies;
  for (const auto& authorization :
       {std::string("Bearer x.y.z"), std::string("Bearer"), std::string("Bearer "), std::string("Basic dTpw"),
        "Bearer " + token({{"sub", "7"}, {"role", "customer"}, {"exp", hour_ago}}),
        "Bearer " + token({{"sub", "7"}, {"role", "customer"}, {"aud", "other"}}),
        "Bearer " + token({{"sub", "7"}, {"role", "customer"}, {"iss", "other"}}),
        "Bearer " + token({{"sub", "7"}, {"role", "owner"}}), "Bearer " + token({{"sub", "7"}}),
        "Bearer " + token({{"sub", "-7"}, {"role", "customer"}}),
        "Bearer " + token({{"sub", "7 "}, {"role", "customer"}}),
        "Bearer " + token({{"sub", 7}, {"role", "customer"}}), "Bearer " + token({{"role", "admin"}})})
    for (const char* path : {"/users/1", "/api/customers/me", "/.well-known/jwks.json"})
      for (const char* access : {"Open", "Authenticated"}) {
        EXPECT_EQ(ask(access, Method::Get, path, authorization), 401) << access << path << authorization;
        bodies.insert(problem_body);
      }
  EXPECT_EQ(bodies.size(), 1u);
}

TEST_F(PublicGate, RejectsRevokedTokensLikeOtherInvalidOnes) {
  Metrics metrics;
  const auto known = std::make_shared<const identity::Revocations>(
      [](const std::string&) {
        return identity::RevocationList{{"ended"}, {{UserId{7}, 1000.0}}, ""};
      },
      metrics, std::chrono::hours(1));
  const auto gate =
      public_gate({"user", RULES, "Open", folder / "jwks.json", "shopkeeper", "shopkeeper"}, router, known);
  const auto status = [&](const Json& claims) {
    return pass(gate, router, Method::Get, "/users/1", "Bearer " + token(claims));
  };
  const Json seven = {{"sub", "7"}, {"role", "customer"}, {"sid", "family"}};
  const auto with = [&seven](const char* name, const Json& value) {
    auto out = seven;
    out[name] = value;
    return out;
  };
  EXPECT_EQ(pass(gate, router, Method::Get, "/users/1", "Bearer x.y.z"), 401);
  const auto invalid = problem_body;
  EXPECT_EQ(status(with("iat", 1000)), 200);
  EXPECT_EQ(status(with("iat", 1000.25)), 200);
  for (const auto& revoked : {with("iat", 999.75), seven, with("iat", "1001"),
                              Json({{"sub", "8"}, {"role", "staff"}, {"sid", "ended"}, {"iat", 5000}})}) {
    EXPECT_EQ(status(revoked), 401) << revoked;
    EXPECT_EQ(problem_body, invalid);
    EXPECT_FALSE(request.principal);
  }
  EXPECT_EQ(status({{"sub", "8"}, {"role", "staff"}, {"sid", "other"}}), 200);
}

TEST_F(PublicGate, RejectsTwoTokens) {
  request = {};
  request.headers.add("Authorization", customer());
  request.headers.add("authorization", staff());
  const auto match = router.match(Method::Get, "/users/1");
  EXPECT_THROW(gate("Open")(request, *std::get<http::Router::Match>(match).route), Problem);
}

TEST_F(PublicGate, AcceptsNoTokenWithoutKeys) {
  const auto keyless = public_gate({"user", RULES, "Open", "", "shopkeeper", "shopkeeper"}, router);
  EXPECT_EQ(pass(keyless, router, Method::Get, "/users/1", ""), 200);
  EXPECT_EQ(pass(keyless, router, Method::Get, "/users/1", customer()), 401);
}

TEST_F(PublicGate, DoesNotStartWithoutARuleOrKeys) {
  for (const auto& [service, method, pattern] : {std::tuple{"user", Method::Get, "/users/{id}/secrets"},
                                                 {"user", Method::Delete, "/users/{id}"},
                                                 {"order", Method::Get, "/users/{id}"}}) {
    http::Router other;
    other.add(method, pattern, ok);
    try {
      public_gate({service, RULES, "Open", "", "", ""}, other);
      ADD_FAILURE() << service << pattern;
    } catch (const std::logic_error& e) {
      EXPECT_NE(std::string(e.what()).find(std::string(to_string(method)) + " " + pattern), std::string::npos)
          << e.what();
    }
  }
  http::Router other;
  other.get("/internal/users/{id}", ok);
  EXPECT_THROW(public_gate({"user", RULES, "Open", "", "", ""}, other), std::logic_error)
      << "internal on the public port";
  EXPECT_THROW(public_gate({"user", RULES, "Open", folder / "none.json", "", ""}, {}), config::Error);
}

TEST_F(PublicGate, AllowsOwnersAndStaffToAct) {
  http::Request mine;
  EXPECT_THROW(require_may_act_for(mine, UserId{7}), Problem);
  mine.principal = Principal{UserId{7}, Role::Customer, ""};
  EXPECT_NO_THROW(require_may_act_for(mine, UserId{7}));
  EXPECT_THROW(require_may_act_for(mine, UserId{8}), Problem);
  mine.principal->role = Role::Staff;
  EXPECT_NO_THROW(require_may_act_for(mine, UserId{8}));
  http::Request anyones;
  anyones.open = true;
  EXPECT_NO_THROW(require_may_act_for(anyones, UserId{7}));
}

class InternalGate : public GateTest {
 protected:
  InternalGate() { router.get("/internal/users/{id}", ok).get("/metrics", ok); }
  void SetUp() override {
    GateTest::SetUp();
    std::ofstream(folder / "token") << token({{"sub", "system:serviceaccount:market:my-shop-user"}}) << "\n";
  }
  InternalGateOptions options() const {
    return {"user", RULES, folder / "jwks.json", "shopkeeper", "shopkeeper", folder / "token"};
  }
  int ask(const std::string& subject) {
    return pass(internal_gate(options(), router), router, Method::Get, "/internal/users/1",
                "Bearer " + token({{"sub", subject}}));
  }
  http::Router router;
};

TEST_F(InternalGate, AllowsTheCallersOfTheRule) {
  EXPECT_EQ(ask("system:serviceaccount:market:my-shop-order"), 200);
  EXPECT_EQ(request.caller, "order");
  EXPECT_EQ(ask("system:serviceaccount:market:my-shop-notification"), 200);
  EXPECT_EQ(ask("system:serviceaccount:market:my-shop-product"), 403);
}

TEST_F(InternalGate, RejectsOtherShopsAndNamespaces) {
  EXPECT_EQ(ask("system:serviceaccount:market:other-shop-order"), 403);
  EXPECT_EQ(ask("system:serviceaccount:elsewhere:my-shop-order"), 403);
  EXPECT_EQ(ask("system:serviceaccount:market:order"), 401);
  EXPECT_EQ(ask("system:serviceaccount:market:my-shop-"), 403);
  EXPECT_EQ(ask("system:node:my-shop-order"), 401);
  EXPECT_EQ(ask(""), 401);
  const auto gate = internal_gate(options(), router);
  EXPECT_EQ(pass(gate, router, Method::Get, "/internal/users/1", ""), 401);
  EXPECT_EQ(pass(gate, router, Method::Get, "/internal/users/1", "Bearer x.y.z"), 401);
}

TEST_F(InternalGate, LeavesTheOperationsRoutesOpen) {
  const auto gate = internal_gate(options(), router);
  EXPECT_EQ(pass(gate, router, Method::Get, "/metrics", ""), 200);
  EXPECT_EQ(pass(gate, router, Method::Get, "/metrics", "Bearer of whatever"), 200);
}

TEST_F(InternalGate, RequiresNoTokenWithoutIssuerKeys) {
  const auto gate = internal_gate({"user", RULES, "", "", "shopkeeper", ""}, router);
  EXPECT_EQ(pass(gate, router, Method::Get, "/internal/users/1", ""), 200);
}

TEST_F(InternalGate, DoesNotStartWithoutARuleOrItsFiles) {
  auto wrong = options();
  wrong.token_file = folder / "none";
  EXPECT_THROW(internal_gate(wrong, router), config::Error);
  std::ofstream(folder / "bad") << "no token";
  wrong.token_file = folder / "bad";
  EXPECT_THROW(internal_gate(wrong, router), config::Error);
  wrong = options();
  wrong.issuer_keys_file = folder / "none";
  EXPECT_THROW(internal_gate(wrong, router), config::Error);
  router.post("/internal/unheard-of", ok);
  EXPECT_THROW(internal_gate(options(), router), std::logic_error);
}

}  // namespace
}  // namespace kit::access
