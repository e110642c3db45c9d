"""The calendar: which days documents announce, as entries and as iCalendar. The alerter writes it to a file and reminds
of its days, the portal serves it: one entry has the same words and the same UID in both.
"""
