"""The GraphQL API: types, queries, mutations and subscriptions over the domain."""
