-- Written by python -m deploy.postgres.roles from shared/store/rights.py: change it there.
--
-- One role a service, with the rights of "one writer a table, all may read". Run it as the owner of the tables, who may
-- also create roles, after each migration:  psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/postgres/roles.sql
-- A role made here cannot log in. Give it a password (`alter role luming_crawler login`, then psql's \password), or
-- make logins members of it. Where somebody else makes the roles (an operator's managed roles) this file is not needed:
-- `python -m shared.store.migrate` grants the same to those it finds.

do $$ begin
    if not exists (select from pg_roles where rolname = 'luming_crawler') then create role luming_crawler nologin; end if;
end $$;

do $$ begin
    if not exists (select from pg_roles where rolname = 'luming_classifier') then create role luming_classifier nologin; end if;
end $$;

do $$ begin
    if not exists (select from pg_roles where rolname = 'luming_alerter') then create role luming_alerter nologin; end if;
end $$;

do $$ begin
    if not exists (select from pg_roles where rolname = 'luming_portal') then create role luming_portal nologin; end if;
end $$;

do $$ begin
    if not exists (select from pg_roles where rolname = 'luming_maintenance') then create role luming_maintenance nologin; end if;
end $$;

begin;
revoke create on schema public from public;
revoke all on all tables in schema public from public;

-- crawler
grant usage on schema public to luming_crawler;
revoke all on all tables in schema public from luming_crawler;
revoke all on all sequences in schema public from luming_crawler;
grant select on all tables in schema public to luming_crawler;
revoke all on desk_rights, portal_keys, portal_sessions, portal_users, portal_visits from luming_crawler;
alter default privileges in schema public grant select on tables to luming_crawler;
grant insert on audit_log to luming_crawler;
grant usage on sequence audit_log_id_seq to luming_crawler;
grant insert, update, delete on bands to luming_crawler;
grant insert on crawl_decisions to luming_crawler;
grant usage on sequence crawl_decisions_id_seq to luming_crawler;
grant insert, update, delete on crawlers to luming_crawler;
grant insert, update, delete on documents to luming_crawler;
grant insert, update, delete on hosts to luming_crawler;
grant insert, update, delete on listed_pages to luming_crawler;
grant usage on sequence listed_pages_id_seq to luming_crawler;
grant insert, update, delete on outbox to luming_crawler;
grant usage on sequence outbox_id_seq to luming_crawler;
grant insert, update, delete on recall_headlines to luming_crawler;
grant insert on recall_polls to luming_crawler;
grant usage on sequence recall_polls_id_seq to luming_crawler;
grant insert, update, delete on source_looks to luming_crawler;
grant insert, update, delete on source_pages to luming_crawler;
grant insert, update, delete on sources to luming_crawler;
grant insert on tombstones to luming_crawler;

-- classifier
grant usage on schema public to luming_classifier;
revoke all on all tables in schema public from luming_classifier;
revoke all on all sequences in schema public from luming_classifier;
grant select on all tables in schema public to luming_classifier;
revoke all on desk_rights, portal_keys, portal_sessions, portal_users, portal_visits from luming_classifier;
alter default privileges in schema public grant select on tables to luming_classifier;
grant insert on audit_log to luming_classifier;
grant usage on sequence audit_log_id_seq to luming_classifier;
grant insert, update, delete on correction_cases to luming_classifier;

-- alerter
grant usage on schema public to luming_alerter;
revoke all on all tables in schema public from luming_alerter;
revoke all on all sequences in schema public from luming_alerter;
grant select on all tables in schema public to luming_alerter;
revoke all on portal_keys, portal_sessions, portal_users, portal_visits from luming_alerter;
alter default privileges in schema public grant select on tables to luming_alerter;
grant insert on alert_decisions to luming_alerter;
grant usage on sequence alert_decisions_id_seq to luming_alerter;
grant insert, update, delete on alerter_dead_letters to luming_alerter;
grant usage on sequence alerter_dead_letters_id_seq to luming_alerter;
grant insert on audit_log to luming_alerter;
grant usage on sequence audit_log_id_seq to luming_alerter;
grant insert, update, delete on classifications to luming_alerter;
grant insert, update, delete on consumer_positions to luming_alerter;
grant insert, update, delete on deliveries to luming_alerter;
grant usage on sequence deliveries_id_seq to luming_alerter;
grant insert, update, delete on desk_answers to luming_alerter;
grant insert, update, delete on digests to luming_alerter;
grant insert, update, delete on pauses to luming_alerter;
grant insert, update, delete on recall_days to luming_alerter;
grant insert, update, delete on refreshes to luming_alerter;
grant insert, update, delete on silences to luming_alerter;
grant usage on sequence silences_id_seq to luming_alerter;
grant insert on source_standings to luming_alerter;
grant usage on sequence source_standings_id_seq to luming_alerter;
grant insert on subscription_versions to luming_alerter;
grant usage on sequence subscription_versions_version_seq to luming_alerter;
grant insert, update, delete on thread_documents to luming_alerter;
grant insert, update, delete on threads to luming_alerter;

-- portal
grant usage on schema public to luming_portal;
revoke all on all tables in schema public from luming_portal;
revoke all on all sequences in schema public from luming_portal;
grant select on all tables in schema public to luming_portal;
revoke all on desk_rights from luming_portal;
alter default privileges in schema public grant select on tables to luming_portal;
grant insert on audit_log to luming_portal;
grant usage on sequence audit_log_id_seq to luming_portal;
grant insert on corrections to luming_portal;
grant usage on sequence corrections_id_seq to luming_portal;
grant insert on desk_requests to luming_portal;
grant usage on sequence desk_requests_id_seq to luming_portal;
grant insert, update, delete on portal_keys to luming_portal;
grant insert, update, delete on portal_sessions to luming_portal;
grant insert, update, delete on portal_users to luming_portal;
grant insert, update, delete on portal_visits to luming_portal;
grant insert, update, delete on search_changed to luming_portal;
grant usage on sequence search_changed_id_seq to luming_portal;
grant insert, update, delete on search_documents to luming_portal;
grant insert, update, delete on search_facets to luming_portal;
grant insert, update, delete on search_marks to luming_portal;
grant insert, update, delete on search_places to luming_portal;
grant insert, update, delete on search_quarters to luming_portal;
grant insert, update, delete on search_versions to luming_portal;

-- maintenance
grant usage on schema public to luming_maintenance;
revoke all on all tables in schema public from luming_maintenance;
revoke all on all sequences in schema public from luming_maintenance;
grant select on all tables in schema public to luming_maintenance;
revoke all on desk_rights, portal_keys, portal_sessions, portal_users, portal_visits from luming_maintenance;
alter default privileges in schema public grant select on tables to luming_maintenance;
grant update, delete on alert_decisions to luming_maintenance;
grant update, delete on alerter_dead_letters to luming_maintenance;
grant insert, delete on audit_log to luming_maintenance;
grant usage on sequence audit_log_id_seq to luming_maintenance;
grant update, delete on bands to luming_maintenance;
grant update, delete on classifications to luming_maintenance;
grant update, delete on consumer_positions to luming_maintenance;
grant update, delete on correction_cases to luming_maintenance;
grant update, delete on corrections to luming_maintenance;
grant insert, update, delete on crawl_decisions to luming_maintenance;
grant usage on sequence crawl_decisions_id_seq to luming_maintenance;
grant update, delete on crawlers to luming_maintenance;
grant update, delete on deliveries to luming_maintenance;
grant update, delete on desk_answers to luming_maintenance;
grant update, delete on desk_requests to luming_maintenance;
grant update, delete on digests to luming_maintenance;
grant update, delete on documents to luming_maintenance;
grant update, delete on hosts to luming_maintenance;
grant update, delete on listed_pages to luming_maintenance;
grant update, delete on outbox to luming_maintenance;
grant update, delete on pauses to luming_maintenance;
grant delete on portal_keys to luming_maintenance;
grant select (ctid, name, revoked, until, user_id) on portal_keys to luming_maintenance;
grant update (name) on portal_keys to luming_maintenance;
grant delete on portal_sessions to luming_maintenance;
grant select (ctid, until, user_id) on portal_sessions to luming_maintenance;
grant delete on portal_users to luming_maintenance;
grant select (disabled, id, name, subject) on portal_users to luming_maintenance;
grant delete on portal_visits to luming_maintenance;
grant select (ctid, reader, seen) on portal_visits to luming_maintenance;
grant update, delete on recall_days to luming_maintenance;
grant update, delete on recall_headlines to luming_maintenance;
grant update, delete on recall_polls to luming_maintenance;
grant update, delete on refreshes to luming_maintenance;
grant update, delete on search_changed to luming_maintenance;
grant update, delete on search_documents to luming_maintenance;
grant update, delete on search_facets to luming_maintenance;
grant update, delete on search_marks to luming_maintenance;
grant update, delete on search_places to luming_maintenance;
grant update, delete on search_quarters to luming_maintenance;
grant update, delete on search_versions to luming_maintenance;
grant update, delete on silences to luming_maintenance;
grant update, delete on source_looks to luming_maintenance;
grant update, delete on source_pages to luming_maintenance;
grant update, delete on source_standings to luming_maintenance;
grant update, delete on sources to luming_maintenance;
grant update, delete on thread_documents to luming_maintenance;
grant update, delete on threads to luming_maintenance;
grant insert, update, delete on tombstones to luming_maintenance;
commit;
